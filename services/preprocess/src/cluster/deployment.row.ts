import type { ClusterState, DeploymentState } from '#scaling';

/** A deployment as the cluster page shows it. */
export interface DeploymentRow {
  readonly name: string;
  readonly deployment: string;
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  /** Undefined if KEDA scales the deployment. */
  readonly range: { readonly min: number; readonly max: number } | undefined;
  /** All desired pods are ready and up to date, and no other pods are left. */
  readonly settled: boolean;
  readonly pods: readonly PodRow[];
}

interface PodRow {
  readonly name: string;
  readonly node: string;
  readonly phase: string;
  readonly reason: string | undefined;
  readonly ready: boolean;
  readonly restarts: number;
  readonly age: string;
}

/** @param now in milliseconds since 1970 */
export function toRows({ deployments }: ClusterState, now = Date.now()): DeploymentRow[] {
  return deployments.map((state) => toRow(state, now));
}

function toRow(state: DeploymentState, now: number): DeploymentRow {
  const { wanted, ready, updated, pods } = state;
  return {
    ...state,
    settled: ready === wanted && updated === wanted && pods.every(({ phase }) => phase !== 'Terminating'),
    pods: pods.map((pod) => ({
      ...pod,
      node: pod.node ?? '',
      age: formatAge(now - pod.createdAt.getTime()),
    })),
  };
}

/** In one unit, like kubectl: `45s`, `12m`, `3h`, `2d`. @param ms below 0 counts as 0 */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
