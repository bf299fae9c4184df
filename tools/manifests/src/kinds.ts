import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type {
  V1ClusterRole,
  V1ConfigMap,
  V1Namespace,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PodTemplateSpec,
  V1RoleBinding,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node';
import type { Labels, Selector } from './manifest';

/** Types of validated objects, by kind. */
export interface Kinds {
  Namespace: V1Namespace;
  ConfigMap: V1ConfigMap;
  Secret: V1Secret;
  Service: V1Service;
  PersistentVolume: V1PersistentVolume;
  PersistentVolumeClaim: V1PersistentVolumeClaim;
  PodDisruptionBudget: V1PodDisruptionBudget;
  Role: V1ClusterRole;
  ClusterRole: V1ClusterRole;
  RoleBinding: V1RoleBinding;
  ClusterRoleBinding: V1RoleBinding;
  Deployment: Workload;
  StatefulSet: Workload;
  NetworkPolicy: NetworkPolicy;
  ScaledObject: IScaledObject;
  TriggerAuthentication: TriggerAuthentication;
  PodMonitor: IPodMonitor;
}

/** What a Deployment and a StatefulSet have in common. */
export interface Workload {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Labels };
    readonly template: V1PodTemplateSpec & { readonly spec: V1PodSpec };
    readonly serviceName?: string;
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  };
}

/** The client's type has another name for `from`. */
export interface NetworkPolicy {
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly PolicyRule[];
    readonly egress?: readonly PolicyRule[];
  };
}

export interface PolicyRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number | string; readonly protocol?: string }[];
}

export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

export interface TriggerAuthentication {
  readonly spec: { readonly secretTargetRef?: readonly { readonly name: string; readonly key: string }[] };
}
