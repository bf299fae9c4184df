export { CALLS, type ApiCall } from './calls';
export * from './errors';
export type { KubeOptions } from './kube-client';
export { KubeScaler, SCALER_ANNOTATION, type KubeScalerOptions } from './kube-scaler';
export {
  KNOWN,
  type ClusterState,
  type DeploymentState,
  type PodState,
  type ReplicaRange,
  type Replicas,
  type ScaleChange,
  type Scaler,
} from './scaler';
