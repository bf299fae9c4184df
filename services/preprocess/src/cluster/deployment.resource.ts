import type { DeploymentResource, DeploymentsResource, PodResource, ScaleResource } from '#contract';
import type { ClusterState, DeploymentState, PodState, ScaleChange } from '#scaling';

/** @param now in milliseconds since 1970 */
export function toDeployments(
  { namespace, deployments }: ClusterState,
  now = Date.now(),
): DeploymentsResource {
  return { namespace, deployments: deployments.map((deployment) => toDeployment(deployment, now)) };
}

export function toScale({ name, deployment, before, after }: ScaleChange): ScaleResource {
  return { name, deployment, before, after };
}

function toDeployment(state: DeploymentState, now: number): DeploymentResource {
  const { name, deployment, wanted, ready, updated, range, pods } = state;
  return {
    name,
    deployment,
    replicas: { wanted, ready, updated },
    range: range ?? null,
    pods: pods.map((pod) => toPod(pod, now)),
  };
}

function toPod(
  { name, node, phase, reason, ready, restarts, createdAt }: PodState,
  now: number,
): PodResource {
  const age = Math.max(0, Math.round((now - createdAt.getTime()) / 1000)); // clocks of nodes differ
  return { name, node: node ?? null, phase, reason: reason ?? null, ready, restarts, age };
}
