import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { KNOWN, type ClusterState, type DeploymentState, type PodState, type ScaleChange } from '#scaling';

const NAMES = KNOWN.map(({ name }) => name);

@ApiSchema({ name: 'Pod' })
class PodResource {
  @ApiProperty() name!: string;
  @ApiProperty({ type: String, nullable: true, description: 'null until it was given to one' }) node!:
    string | null;
  @ApiProperty({ example: 'Running', description: 'Terminating once it was told to stop' }) phase!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'ImagePullBackOff',
    description: 'why it does not run, where the cluster says so',
  })
  reason!: string | null;
  @ApiProperty() ready!: boolean;
  @ApiProperty({ type: 'integer' }) restarts!: number;
  @ApiProperty({ type: 'integer', description: 'seconds' }) age!: number;
}

@ApiSchema({ name: 'ReplicaRange', description: 'What the number of replicas may be set to.' })
class RangeResource {
  @ApiProperty({ type: 'integer' }) min!: number;
  @ApiProperty({ type: 'integer' }) max!: number;
}

@ApiSchema({ name: 'ReplicaCounts' })
class ReplicasResource {
  @ApiProperty({ type: 'integer', description: 'that there should be' }) wanted!: number;
  @ApiProperty({ type: 'integer' }) ready!: number;
  @ApiProperty({ type: 'integer', description: 'of the newest version' }) updated!: number;
}

@ApiSchema({ name: 'Deployment' })
class DeploymentResource {
  @ApiProperty({ enum: NAMES, example: 'infer' }) name!: string;
  @ApiProperty({ example: 'hs-infer-deploy' }) deployment!: string;
  @ApiProperty() replicas!: ReplicasResource;
  @ApiProperty({ type: RangeResource, nullable: true, description: 'null where KEDA scales it' })
  range!: RangeResource | null;
  @ApiProperty({ type: [PodResource] }) pods!: PodResource[];
}

@ApiSchema({ name: 'Deployments' })
export class DeploymentsResource {
  @ApiProperty({ example: 'boxreel' }) namespace!: string;
  @ApiProperty({ type: [DeploymentResource], description: 'those that are deployed' })
  deployments!: DeploymentResource[];
}

@ApiSchema({ name: 'Scale' })
export class ScaleForm {
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 }) replicas!: number;
}

@ApiSchema({ name: 'Scaled' })
export class ScaleResource {
  @ApiProperty({ enum: NAMES, example: 'infer' }) name!: string;
  @ApiProperty({ example: 'hs-infer-deploy' }) deployment!: string;
  @ApiProperty({ type: 'integer', description: 'replicas that were wanted' }) before!: number;
  @ApiProperty({ type: 'integer', description: 'replicas that are wanted now' }) after!: number;
}

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
