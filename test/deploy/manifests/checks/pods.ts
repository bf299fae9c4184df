import type { V1Container, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import { type Manifest, ofKind } from '../manifest';

/** A Deployment or StatefulSet: what it has in common with the other. */
export interface Workload {
  readonly spec: {
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: V1PodTemplateSpec & { readonly spec: V1PodSpec };
    readonly serviceName?: string;
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  };
}

export function workloads(objects: readonly Manifest[]): (Manifest & Workload)[] {
  return ofKind<Workload>(objects, 'Deployment', 'StatefulSet');
}

/** Where the pod of a workload is described. */
export const POD = 'spec.template.spec';

/** A container, and the path of its fields. */
export interface PlacedContainer {
  readonly container: V1Container;
  readonly path: string;
}

/** The containers of a workload, and after them those that run before. */
export function containers({ spec }: Workload): PlacedContainer[] {
  const { containers: main, initContainers = [] } = spec.template.spec;
  return [...placed(main, 'containers'), ...placed(initContainers, 'initContainers')];
}

function placed(list: readonly V1Container[], field: string): PlacedContainer[] {
  return list.map((container, index) => ({ container, path: `${POD}.${field}[${index}]` }));
}

/** The number of a port that is given by its name or number, if a container has it. */
export function portOf({ spec }: Workload, port: string | number): number | undefined {
  return spec.template.spec.containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
}

/** The workloads whose pods have these labels. */
export function workloadsWith(
  objects: readonly Manifest[],
  labels: Readonly<Record<string, string>> | undefined,
): (Manifest & Workload)[] {
  const wanted = Object.entries(labels ?? {});
  return workloads(objects).filter(({ spec }) =>
    wanted.every(([key, value]) => spec.template.metadata?.labels?.[key] === value),
  );
}
