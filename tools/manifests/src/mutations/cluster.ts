import type { Mutation } from '../mutate';
import { CONFIG, INFER, MAIN, POD, POST, PRE } from './places';

/** Services, disruption budgets and network policies that do not match their pods. */
export const NETWORK: readonly Mutation[] = [
  {
    defect: 'a node port out of range',
    in: 'Service/hs-res-svc',
    at: 'spec.ports[0].nodePort',
    put: 5000,
    found: 'spec.ports[0].nodePort',
  },
  { defect: 'a node port without its type', in: 'Service/hs-res-svc', at: 'spec.type', found: 'spec.type' },
  {
    defect: 'a missing target port',
    in: 'Service/hs-infer-svc',
    at: 'spec.ports[0].targetPort',
    put: 5000,
    found: 'spec.ports[0].targetPort',
  },
  {
    defect: 'a Service without pods',
    in: 'Service/hs-mongo',
    at: 'spec.selector.app',
    put: 'mongo',
    found: 'spec.selector',
  },
  {
    defect: 'a budget with both bounds',
    in: 'PodDisruptionBudget/hs-infer',
    at: 'spec.minAvailable',
    put: 1,
    found: 'spec',
  },
  {
    defect: 'a budget without pods',
    in: 'PodDisruptionBudget/hs-post',
    at: 'spec.selector.matchLabels.app',
    put: 'hs-pots',
    found: 'spec.selector',
  },
];

/** Network policies that refuse needed connections, or allow others. */
export const FLOWS: readonly Mutation[] = [
  {
    defect: 'no DNS',
    in: 'NetworkPolicy/hs-default-deny',
    at: 'spec.egress',
    found: { in: PRE, at: 'egress' },
  },
  {
    defect: 'a policy without pods',
    in: 'NetworkPolicy/hs-post',
    at: 'spec.podSelector.matchLabels.app',
    put: 'post',
    found: 'spec.podSelector',
  },
  {
    defect: 'a blocked database',
    in: 'NetworkPolicy/hs-database',
    at: 'spec.podSelector.matchExpressions[0].values',
    put: ['hs-pre', 'hs-infer'],
    found: { in: POST, at: 'egress' },
  },
  {
    defect: 'blocked pages',
    in: 'NetworkPolicy/hs-pre',
    at: 'spec.ingress',
    found: { in: PRE, at: 'ingress' },
  },
  {
    defect: 'an exposed detector',
    in: 'NetworkPolicy/hs-infer',
    at: 'spec.ingress[0].from',
    found: { in: INFER, at: 'ingress' },
  },
  {
    defect: 'a blocked timeline',
    in: 'NetworkPolicy/hs-post',
    at: 'spec.egress',
    found: { in: POST, at: 'egress' },
  },
  {
    defect: 'a database that KEDA cannot reach',
    in: 'NetworkPolicy/hs-mongo',
    at: 'spec.ingress[0].from[1]',
    found: { in: 'StatefulSet/hs-mongo', at: 'ingress' },
  },
  {
    defect: 'metrics that Prometheus cannot read',
    in: 'NetworkPolicy/hs-monitoring',
    at: 'spec.ingress[0].ports[0].port',
    put: 9090,
    found: { in: POST, at: 'ingress' },
  },
];

/** References to missing objects. */
export const REFERENCES: readonly Mutation[] = [
  { defect: 'no ConfigMap', in: CONFIG, found: { in: PRE, at: `${MAIN}.envFrom[0].configMapRef.name` } },
  {
    defect: 'a missing Secret',
    in: INFER,
    at: `${MAIN}.envFrom[1].secretRef.name`,
    put: 'mongo',
    found: `${MAIN}.envFrom[1].secretRef.name`,
  },
  {
    defect: 'a Secret with a wrong key',
    in: 'Secret/hs-mongo',
    at: 'stringData',
    put: { URI: 'mongodb://x/' },
    found: { in: 'TriggerAuthentication/hs-mongo', at: 'spec.secretTargetRef[0]' },
  },
  {
    defect: 'a wrong claim',
    in: POST,
    at: `${POD}.volumes[0].persistentVolumeClaim.claimName`,
    put: 'pvc',
    found: `${POD}.volumes[0].persistentVolumeClaim.claimName`,
  },
  {
    defect: 'a missing volume',
    in: 'PersistentVolumeClaim/hs-pvc',
    at: 'spec.volumeName',
    put: 'hs-vp',
    found: 'spec.volumeName',
  },
  {
    defect: 'a wrong service account',
    in: PRE,
    at: `${POD}.serviceAccountName`,
    put: 'hs-scalar',
    found: `${POD}.serviceAccountName`,
  },
  {
    defect: 'a missing role',
    in: 'ClusterRoleBinding/hs-scaler',
    at: 'roleRef.name',
    put: 'scaler',
    found: 'roleRef.name',
  },
  {
    defect: 'an account in another namespace',
    in: 'RoleBinding/hs-scaler',
    at: 'subjects[0].namespace',
    put: 'default',
    found: 'subjects[0].namespace',
  },
];

/** More rights than the code uses, or fewer. */
export const RIGHTS: readonly Mutation[] = [
  {
    defect: 'an extra verb',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[1].verbs',
    put: ['get', 'patch', 'update'],
    found: 'rules[1]',
  },
  {
    defect: 'a missing verb',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[1].verbs',
    put: ['get'],
    found: 'rules',
  },
  {
    defect: 'rights on every Deployment',
    in: 'ClusterRole/hs-scaler',
    at: 'rules[0].resourceNames',
    found: 'rules[0]',
  },
  {
    defect: 'a token for pods that do not need it',
    in: INFER,
    at: `${POD}.automountServiceAccountToken`,
    put: true,
    found: `${POD}.automountServiceAccountToken`,
  },
];
