import type { Mutation } from '../mutate';
import { CONFIG, INFER, MAIN, POD, POST, PRE } from './places';

/** Services, disruption budgets and network policies that do not match their pods. */
export const NETWORK: readonly Mutation[] = [
  {
    mistake: 'a node port out of range',
    in: 'Service/hs-res-svc',
    at: 'spec.ports[0].nodePort',
    put: 5000,
    found: 'spec.ports[0].nodePort',
  },
  { mistake: 'a node port without its type', in: 'Service/hs-res-svc', at: 'spec.type', found: 'spec.type' },
  {
    mistake: 'a missing target port',
    in: 'Service/hs-infer-svc',
    at: 'spec.ports[0].targetPort',
    put: 5000,
    found: 'spec.ports[0].targetPort',
  },
  {
    mistake: 'a Service without pods',
    in: 'Service/hs-mongo',
    at: 'spec.selector.app',
    put: 'mongo',
    found: 'spec.selector',
  },
  {
    mistake: 'a budget with both bounds',
    in: 'PodDisruptionBudget/hs-infer',
    at: 'spec.minAvailable',
    put: 1,
    found: 'spec',
  },
  {
    mistake: 'a budget without pods',
    in: 'PodDisruptionBudget/hs-post',
    at: 'spec.selector.matchLabels.app',
    put: 'hs-pots',
    found: 'spec.selector',
  },
];

/** Network policies that refuse needed connections, or allow others. */
export const FLOWS: readonly Mutation[] = [
  {
    mistake: 'no DNS',
    in: 'NetworkPolicy/hs-default-deny',
    at: 'spec.egress',
    found: { in: PRE, at: 'egress' },
  },
  {
    mistake: 'a policy without pods',
    in: 'NetworkPolicy/hs-post',
    at: 'spec.podSelector.matchLabels.app',
    put: 'post',
    found: 'spec.podSelector',
  },
  {
    mistake: 'a blocked database',
    in: 'NetworkPolicy/hs-database',
    at: 'spec.podSelector.matchExpressions[0].values',
    put: ['hs-pre', 'hs-infer'],
    found: { in: POST, at: 'egress' },
  },
  {
    mistake: 'blocked pages',
    in: 'NetworkPolicy/hs-pre',
    at: 'spec.ingress',
    found: { in: PRE, at: 'ingress' },
  },
  {
    mistake: 'an exposed detector',
    in: 'NetworkPolicy/hs-infer',
    at: 'spec.ingress[0].from',
    found: { in: INFER, at: 'ingress' },
  },
  {
    mistake: 'a blocked timeline',
    in: 'NetworkPolicy/hs-post',
    at: 'spec.egress',
    found: { in: POST, at: 'egress' },
  },
  {
    mistake: 'a database that KEDA cannot reach',
    in: 'NetworkPolicy/hs-mongo',
    at: 'spec.ingress[0].from[1]',
    found: { in: 'StatefulSet/hs-mongo', at: 'ingress' },
  },
  {
    mistake: 'metrics that Prometheus cannot read',
    in: 'NetworkPolicy/hs-monitoring',
    at: 'spec.ingress[0].ports[0].port',
    put: 9090,
    found: { in: POST, at: 'ingress' },
  },
];

/** References to missing objects. */
export const REFERENCES: readonly Mutation[] = [
  { mistake: 'no ConfigMap', in: CONFIG, found: { in: PRE, at: `${MAIN}.envFrom[0].configMapRef.name` } },
  {
    mistake: 'a missing Secret',
    in: INFER,
    at: `${MAIN}.envFrom[1].secretRef.name`,
    put: 'mongo',
    found: `${MAIN}.envFrom[1].secretRef.name`,
  },
  {
    mistake: 'a Secret with a wrong key',
    in: 'Secret/hs-mongo',
    at: 'stringData',
    put: { URI: 'mongodb://x/' },
    found: { in: 'TriggerAuthentication/hs-mongo', at: 'spec.secretTargetRef[0]' },
  },
  {
    mistake: 'a wrong claim',
    in: POST,
    at: `${POD}.volumes[0].persistentVolumeClaim.claimName`,
    put: 'pvc',
    found: `${POD}.volumes[0].persistentVolumeClaim.claimName`,
  },
  {
    mistake: 'a missing volume',
    in: 'PersistentVolumeClaim/hs-pvc',
    at: 'spec.volumeName',
    put: 'hs-vp',
    found: 'spec.volumeName',
  },
  {
    mistake: 'a wrong service account',
    in: PRE,
    at: `${POD}.serviceAccountName`,
    put: 'hs-scalar',
    found: `${POD}.serviceAccountName`,
  },
  {
    mistake: 'a missing role',
    in: 'ClusterRoleBinding/hs-scaler',
    at: 'roleRef.name',
    put: 'scaler',
    found: 'roleRef.name',
  },
  {
    mistake: 'an account in another namespace',
    in: 'RoleBinding/hs-scaler',
    at: 'subjects[0].namespace',
    put: 'default',
    found: 'subjects[0].namespace',
  },
];

/** More rights than the code uses, or fewer. */
export const RIGHTS: readonly Mutation[] = [
  {
    mistake: 'an extra verb',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[1].verbs',
    put: ['get', 'patch', 'update'],
    found: 'rules[1]',
  },
  {
    mistake: 'a missing verb',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[1].verbs',
    put: ['get'],
    found: 'rules',
  },
  {
    mistake: 'rights on every Deployment',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[0].resourceNames',
    found: 'rules[0]',
  },
  {
    mistake: 'a token for pods that do not need it',
    in: INFER,
    at: `${POD}.automountServiceAccountToken`,
    put: true,
    found: `${POD}.automountServiceAccountToken`,
  },
];
