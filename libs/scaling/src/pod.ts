import type { V1Pod } from '@kubernetes/client-node';
import type { PodState } from './scaler';

/** Converts a pod of the API. */
export function toPod({ metadata, spec, status }: V1Pod): PodState {
  const containers = status?.containerStatuses ?? [];
  const terminating = metadata?.deletionTimestamp !== undefined;
  return {
    name: metadata?.name ?? '',
    node: spec?.nodeName,
    phase: terminating ? 'Terminating' : (status?.phase ?? 'Unknown'),
    reason: reason(status),
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    createdAt: metadata?.creationTimestamp ?? new Date(0),
  };
}

/** The first of: why the pod ended (`Evicted`), what a container waits for, why the pod has no node. */
function reason(status: V1Pod['status']): string | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return (
    status?.reason ??
    containers.map(({ state }) => state?.waiting?.reason).find((waiting) => waiting !== undefined) ??
    status?.conditions?.find(({ type, status: met }) => type === 'PodScheduled' && met === 'False')?.reason
  );
}
