import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, finding, matches } from '../manifest';
import { ROUTES, VERSION, isService } from '../product';
import type { Workload } from '../kinds';
import { POD, type PlacedContainer, containers, portOf, workloads } from './pods';

/** Errors in Deployments and StatefulSets that the schemas allow: what the API server refuses, and what it cannot know. */
export const checkWorkloads: Check = (objects) =>
  workloads(objects).flatMap((workload) => [
    ...selector(workload),
    ...containers(workload).flatMap((place) => [
      ...mounts(workload, place),
      ...image(workload, place),
      ...resources(workload, place),
    ]),
    ...workload.spec.template.spec.containers.flatMap((container, index) =>
      probes(workload, container, `${POD}.containers[${index}]`),
    ),
  ]);

function selector(workload: Manifest & Workload): Finding[] {
  const { selector: wanted, template } = workload.spec;
  if (matches(wanted.matchLabels, template.metadata?.labels)) return [];
  const labels = JSON.stringify(template.metadata?.labels);
  return [finding(workload, 'spec.selector', `does not match the labels of its pods: ${labels}`)];
}

function mounts(workload: Manifest & Workload, { container, path }: PlacedContainer): Finding[] {
  const { template, volumeClaimTemplates = [] } = workload.spec;
  const volumes = [
    ...(template.spec.volumes ?? []).map(({ name }) => name),
    ...volumeClaimTemplates.map(({ metadata }) => metadata?.name),
  ];
  return (container.volumeMounts ?? []).flatMap(({ name }, index) =>
    volumes.includes(name) ? [] : [finding(workload, `${path}.volumeMounts[${index}]`, `no volume ${name}`)],
  );
}

/** Images of the product have its version; others have a version too. */
function image(workload: Manifest & Workload, { container, path }: PlacedContainer): Finding[] {
  const [name = '', tag] = (container.image ?? '').split(':');
  const field = `${path}.image`;
  if (tag === undefined || tag === 'latest') return [finding(workload, field, 'has no version')];
  if (!name.startsWith('boxreel/') || tag === VERSION) return [];
  return [finding(workload, field, `must be version ${VERSION}`)];
}

function resources(workload: Manifest & Workload, { container, path }: PlacedContainer): Finding[] {
  return (['requests', 'limits'] as const).flatMap((bound) =>
    ['cpu', 'memory']
      .filter((what) => container.resources?.[bound]?.[what] === undefined)
      .map((what) => finding(workload, `${path}.resources.${bound}.${what}`, 'is missing')),
  );
}

function probes(workload: Manifest & Workload, container: V1Container, path: string): Finding[] {
  const wanted = {
    startupProbe: ROUTES.live,
    livenessProbe: ROUTES.live,
    readinessProbe: ROUTES.ready,
  };
  return Object.entries(wanted).flatMap(([name, route]) => {
    const field = `${path}.${name}`;
    const probe = container[name as keyof typeof wanted];
    if (!probe) return [finding(workload, field, 'is missing')];
    return [
      ...probePort(workload, probe, field),
      ...(isService(container.name) && probe.httpGet?.path !== route
        ? [finding(workload, `${field}.httpGet.path`, `the route in the code is ${route}`)]
        : []),
    ];
  });
}

function probePort(workload: Manifest & Workload, probe: V1Probe, field: string): Finding[] {
  const kind = probe.httpGet ? 'httpGet' : 'tcpSocket';
  const port = probe[kind]?.port;
  if (port === undefined || portOf(workload, port) !== undefined) return [];
  return [finding(workload, `${field}.${kind}.port`, `no container has a port ${port}`)];
}
