import type { FactoryProvider } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { KubeScaler, type Scaler } from '#scaling';

export const SCALER = Symbol('SCALER');

/** Connects to the cluster on first use: everything else works without one. */
export const scalerProvider: FactoryProvider<Scaler> = {
  provide: SCALER,
  inject: [CONFIG],
  useFactory: ({
    SCALER: scaler,
    SCALE_MAX_REPLICAS: maxReplicas,
    KUBE_NAMESPACE: namespace,
  }: PreprocessConfig) => new KubeScaler({ scaler, maxReplicas, namespace }),
};
