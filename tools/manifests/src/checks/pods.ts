import type { V1Container } from '@kubernetes/client-node';
import type { Workload } from '../kinds';
import { type Labels, type Manifest, matches, ofKind } from '../manifest';

export function workloads(objects: readonly Manifest[]): (Manifest & Workload)[] {
  return ofKind(objects, 'Deployment', 'StatefulSet');
}

/** Path of a workload's pod spec. */
export const POD = 'spec.template.spec';

/** A container, and its path. */
export interface PlacedContainer {
  readonly container: V1Container;
  readonly path: string;
}

/** The containers of a workload, followed by its init containers. */
export function containers({ spec }: Workload): PlacedContainer[] {
  const { containers: main, initContainers = [] } = spec.template.spec;
  return [...placed(main, 'containers'), ...placed(initContainers, 'initContainers')];
}

function placed(list: readonly V1Container[], field: string): PlacedContainer[] {
  return list.map((container, index) => ({ container, path: `${POD}.${field}[${index}]` }));
}

/** The number of a port given by name or number, if a container has it. */
export function portOf({ spec }: Workload, port: string | number): number | undefined {
  return spec.template.spec.containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
}

/** The workloads whose pods have these labels. */
export function workloadsWith(
  objects: readonly Manifest[],
  labels: Labels | undefined,
): (Manifest & Workload)[] {
  return workloads(objects).filter(({ spec }) => matches(labels, spec.template.metadata?.labels));
}
