import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, finding, ofKind } from '../manifest';
import { ROUTES } from '../product';
import { portOf, workloadsWith } from './pods';

/** What is scraped and shown is there: ports and paths of the pods, time series of the services. */
export const checkMonitoring =
  (series: ReadonlySet<string>): Check =>
  (objects) => [
    ...(ofKind(objects, 'PodMonitor') as (Manifest & IPodMonitor)[]).flatMap((monitor) =>
      scraped(objects, monitor),
    ),
    ...ofKind<V1ConfigMap>(objects, 'ConfigMap').flatMap((map) =>
      Object.entries(map.data ?? {})
        .filter(([file]) => file.endsWith('.json'))
        .flatMap(([file, text]) => dashboard(map, file, { text, series })),
    ),
  ];

function scraped(objects: readonly Manifest[], monitor: Manifest & IPodMonitor): Finding[] {
  const { selector, podMetricsEndpoints = [] } = monitor.spec;
  const apps = (selector.matchExpressions ?? []).flatMap(({ values = [] }) => values);
  return podMetricsEndpoints.flatMap(({ port, path }, index) => {
    const place = `spec.podMetricsEndpoints[${index}]`;
    return [
      ...(path === ROUTES.metrics
        ? []
        : [finding(monitor, `${place}.path`, `the route is ${ROUTES.metrics}`)]),
      ...apps
        .filter(
          (app) => !workloadsWith(objects, { app }).some((pod) => portOf(pod, port ?? '') !== undefined),
        )
        .map((app) => finding(monitor, `${place}.port`, `no pods of ${app} with a port ${port ?? ''}`)),
    ];
  });
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

function dashboard(
  map: Manifest,
  file: string,
  { text, series }: { readonly text: string; readonly series: ReadonlySet<string> },
): Finding[] {
  const { panels } = JSON.parse(text) as { readonly panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets
      .flatMap(({ expr }) => metricNames(expr))
      .filter((name) => !series.has(name))
      .map((name) => finding(map, `data["${file}"].panels["${title}"]`, `no service has ${name}`)),
  );
}

/** Names of the time series in a PromQL expression: identifiers that are no function, keyword or label. */
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
