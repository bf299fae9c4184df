import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { type Check, type Finding, type Manifest, finding, ofKind, selects } from '../manifest';
import { ROUTES, isService } from '../product';
import { portOf, workloads } from './pods';

/** What is scraped and shown exists: ports and paths of the pods, time series of the services. */
export const checkMonitoring =
  (series: ReadonlySet<string>): Check =>
  (objects) => [
    ...ofKind(objects, 'PodMonitor').flatMap((monitor) => scraped(objects, monitor)),
    ...ofKind(objects, 'ConfigMap').flatMap((map) =>
      Object.entries(map.data ?? {})
        .filter(([file]) => file.endsWith('.json'))
        .flatMap(([file, text]) => dashboard(map, file, { text, series })),
    ),
  ];

function scraped(objects: readonly Manifest[], monitor: Manifest & IPodMonitor): Finding[] {
  const { selector, podMetricsEndpoints = [] } = monitor.spec;
  const services = workloads(objects).filter(({ spec }) =>
    spec.template.spec.containers.some(({ name }) => isService(name)),
  );
  return [
    ...services
      .filter(({ spec }) => !selects(selector, spec.template.metadata?.labels))
      .map(({ metadata }) => finding(monitor, 'spec.selector', `does not select ${metadata.name}`)),
    ...podMetricsEndpoints.flatMap(({ port, path }, index) => {
      const place = `spec.podMetricsEndpoints[${index}]`;
      return [
        ...(path === ROUTES.metrics
          ? []
          : [finding(monitor, `${place}.path`, `the route is ${ROUTES.metrics}`)]),
        ...services
          .filter((service) => portOf(service, port ?? '') === undefined)
          .map(({ metadata }) =>
            finding(monitor, `${place}.port`, `${metadata.name} has no port ${port ?? ''}`),
          ),
      ];
    }),
  ];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly allValue?: string }[] };
}

function dashboard(
  map: Manifest,
  file: string,
  { text, series }: { readonly text: string; readonly series: ReadonlySet<string> },
): Finding[] {
  const { panels, templating } = JSON.parse(text) as Dashboard;
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets
        .flatMap(({ expr }) => metricNames(expr))
        .filter((name) => !series.has(name))
        .map((name) => finding(map, `data["${file}"].panels["${title}"]`, `no service has ${name}`)),
    ),
    // process_* and nodejs_* exist in other namespaces too: "All" must mean the namespaces of the product.
    ...templating.list
      .filter(({ allValue }) => allValue !== undefined)
      .map(({ name }) =>
        finding(map, `data["${file}"].templating["${name}"]`, '"All" includes other products'),
      ),
  ];
}

/** Names of the time series in a PromQL expression: identifiers that are not functions, keywords or labels. */
export function metricNames(expression: string): string[] {
  const withoutLabels = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  return [...withoutLabels.matchAll(/[a-zA-Z_:][\w:]*(?!\s*\()\b/g)]
    .filter(({ 0: name, index }) => !/^\s*\(/.test(withoutLabels.slice(index + name.length)))
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'offset'].includes(name));
}
