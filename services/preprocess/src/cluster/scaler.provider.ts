import type { Provider } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { KubeScaler, type Scaler } from '#scaling';

export const SCALER = Symbol('SCALER');

/** Looks for a cluster when it is first asked for something: everything else works without one. */
export function scalerProvider(config: PreprocessConfig): Provider<Scaler> {
  const { SCALER: scaler, SCALE_MAX_REPLICAS: maxReplicas, KUBE_NAMESPACE: namespace } = config;
  return { provide: SCALER, useValue: new KubeScaler({ scaler, maxReplicas, namespace }) };
}
