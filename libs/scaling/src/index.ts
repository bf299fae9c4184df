export { CALLS } from './calls';
export * from './errors';
export { KubeScaler, SCALER_ANNOTATION } from './kube-scaler';
export {
  KNOWN,
  type ClusterState,
  type DeploymentState,
  type PodState,
  type Replicas,
  type ScaleChange,
  type Scaler,
} from './scaler';
