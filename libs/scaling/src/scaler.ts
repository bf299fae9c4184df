import { BadReplicasError, UnknownDeploymentError } from './errors';

/** A Deployment that may be scaled. */
export interface Known {
  /** Name of the service. */
  readonly name: 'preprocess' | 'infer' | 'postprocess';
  readonly deployment: string;
  /** Label `app` of its pods. */
  readonly app: string;
  /** 1 for preprocess, which serves the API that scales it up again. */
  readonly min: 0 | 1;
}

export const KNOWN: readonly Known[] = [
  { name: 'preprocess', deployment: 'hs-pre-deploy', app: 'hs-pre', min: 1 },
  { name: 'infer', deployment: 'hs-infer-deploy', app: 'hs-infer', min: 0 },
  { name: 'postprocess', deployment: 'hs-post-deploy', app: 'hs-post', min: 0 },
];

export interface PodState {
  readonly name: string;
  /** Undefined until the pod is scheduled. */
  readonly node: string | undefined;
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`, or `Terminating` while it is stopping. */
  readonly phase: string;
  /** Why it is not running, if known, such as `ImagePullBackOff` or `Unschedulable`. */
  readonly reason: string | undefined;
  readonly ready: boolean;
  /** Of all its containers. */
  readonly restarts: number;
  readonly createdAt: Date;
}

export interface DeploymentState {
  readonly name: Known['name'];
  readonly deployment: string;
  /** Desired replicas. */
  readonly wanted: number;
  readonly ready: number;
  /** Replicas of the latest version. */
  readonly updated: number;
  /** Allowed range of `wanted`; undefined if KEDA scales the deployment. */
  readonly range: ReplicaRange | undefined;
  readonly pods: readonly PodState[];
}

export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

export interface ClusterState {
  readonly namespace: string;
  /** The deployed services. */
  readonly deployments: readonly DeploymentState[];
}

export interface ScaleChange {
  readonly name: Known['name'];
  readonly deployment: string;
  readonly before: number;
  readonly after: number;
}

/** The desired number of replicas, or a function of the current one. */
export type Replicas = number | ((before: number) => number);

/** Reads and changes the replicas of each service. Errors with a known reason are ScalingErrors. */
export interface Scaler {
  /** @throws DeploymentNotFoundError if no service is deployed */
  deployments(): Promise<ClusterState>;

  /**
   * Changes the desired number of replicas; writes nothing if it is unchanged.
   * @param name of the service (`infer`) or of its Deployment (`hs-infer-deploy`)
   * @throws UnknownDeploymentError, BadReplicasError or DrivenByKedaError before anything is changed
   */
  scale(name: string, replicas: Replicas): Promise<ScaleChange>;
}

/** @throws UnknownDeploymentError, which names the known deployments */
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
