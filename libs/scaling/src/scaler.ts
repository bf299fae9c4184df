import { BadReplicasError, UnknownDeploymentError } from './errors';

/** A Deployment that may be scaled. */
export interface Known {
  /** Of the service. */
  readonly name: 'preprocess' | 'infer' | 'postprocess';
  readonly deployment: string;
  /** Label `app` of its pods. */
  readonly app: string;
  /** preprocess serves the API that could scale it up again. */
  readonly min: 0 | 1;
}

export const KNOWN: readonly Known[] = [
  { name: 'preprocess', deployment: 'hs-pre-deploy', app: 'hs-pre', min: 1 },
  { name: 'infer', deployment: 'hs-infer-deploy', app: 'hs-infer', min: 0 },
  { name: 'postprocess', deployment: 'hs-post-deploy', app: 'hs-post', min: 0 },
];

export interface PodState {
  readonly name: string;
  /** Undefined until the pod has been given to one. */
  readonly node: string | undefined;
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`, or `Terminating` once it was told to stop. */
  readonly phase: string;
  /** Why it does not run, as far as the cluster says, such as `ImagePullBackOff` or `Unschedulable`. */
  readonly reason: string | undefined;
  readonly ready: boolean;
  /** Of all its containers. */
  readonly restarts: number;
  readonly createdAt: Date;
}

export interface DeploymentState {
  readonly name: Known['name'];
  readonly deployment: string;
  /** Replicas that there should be. */
  readonly wanted: number;
  readonly ready: number;
  /** Replicas of the newest version. */
  readonly updated: number;
  /** What `wanted` may be set to; undefined where KEDA does that. */
  readonly range: ReplicaRange | undefined;
  readonly pods: readonly PodState[];
}

export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

export interface ClusterState {
  readonly namespace: string;
  /** Those that are deployed. */
  readonly deployments: readonly DeploymentState[];
}

export interface ScaleChange {
  readonly name: Known['name'];
  readonly deployment: string;
  readonly before: number;
  readonly after: number;
}

/** How many replicas there should be: a number, or made of how many there should be now. */
export type Replicas = number | ((before: number) => number);

/** Reads and changes how many replicas of each service run. Every error that it knows a reason for is a ScalingError. */
export interface Scaler {
  /** @throws DeploymentNotFoundError where none of the deployments is there */
  deployments(): Promise<ClusterState>;

  /**
   * Changes the wanted number of replicas, and nothing if it is that already.
   * @param name of the service (`infer`) or of its Deployment (`hs-infer-deploy`)
   * @throws UnknownDeploymentError, BadReplicasError or DrivenByKedaError before anything is changed
   */
  scale(name: string, replicas: Replicas): Promise<ScaleChange>;
}

/** @throws UnknownDeploymentError that names the known ones */
export function findKnown(name: string): Known {
  const known = KNOWN.find((one) => one.name === name || one.deployment === name);
  if (known) return known;
  throw new UnknownDeploymentError(
    name,
    KNOWN.map((one) => `${one.name} (${one.deployment})`),
  );
}

/** @throws BadReplicasError unless it is a whole number in range */
export function checkReplicas({ name }: Known, replicas: number, range: ReplicaRange): void {
  if (Number.isInteger(replicas) && replicas >= range.min && replicas <= range.max) return;
  throw new BadReplicasError(name, replicas, range);
}
