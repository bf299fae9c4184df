import type { V1ClusterRole } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, finding, isThere, ofKind } from '../manifest';
import { API_CALLS } from '../product';
import type { Workload } from '../kinds';
import { POD } from './pods';

/** The roles allow exactly what libs/scaling calls; only the pods that make these calls have them, and a token. */
export const checkRights: Check = (objects) => [
  ...ofKind(objects, 'ClusterRole', 'Role').flatMap(compareWithCalls),
  ...ofKind(objects, 'Deployment', 'StatefulSet').flatMap((workload) => tokens(objects, workload)),
];

function compareWithCalls(role: Manifest & V1ClusterRole): Finding[] {
  const allowed = (role.rules ?? []).flatMap((rule, index) =>
    product(rule.apiGroups, rule.resources, rule.verbs, rule.resourceNames ?? ['*']).map((right) => ({
      right,
      field: `rules[${index}]`,
    })),
  );
  const needed = API_CALLS.flatMap(({ apiGroup, resource, verb, names }) =>
    product([apiGroup], [resource], [verb], [...names]),
  );
  return [
    ...allowed
      .filter(({ right }) => !needed.includes(right))
      .map(({ right, field }) => finding(role, field, `nothing calls ${right}`)),
    ...needed
      .filter((call) => !allowed.some(({ right }) => right === call))
      .map((call) => finding(role, 'rules', `do not allow ${call}`)),
  ];
}

/** All combinations as text, such as `patch apps deployments/scale hs-infer-deploy`. */
function product(
  groups: string[] = [],
  resources: string[] = [],
  verbs: string[],
  names: string[],
): string[] {
  return groups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => [verb, group || 'core', resource, name].join(' '))),
    ),
  );
}

function tokens(objects: readonly Manifest[], workload: Manifest & Workload): Finding[] {
  const { automountServiceAccountToken: hasToken, serviceAccountName } = workload.spec.template.spec;
  const calls = workload.metadata.name === 'hs-pre-deploy';
  if (hasToken !== calls) {
    return [finding(workload, `${POD}.automountServiceAccountToken`, `must be ${calls}`)];
  }
  if (!calls) return [];
  const bound = ofKind(objects, 'RoleBinding', 'ClusterRoleBinding').some(
    ({ roleRef, subjects = [] }) =>
      isThere(objects, roleRef.kind, roleRef.name) &&
      subjects.some(({ kind, name }) => kind === 'ServiceAccount' && name === serviceAccountName),
  );
  return bound
    ? []
    : [finding(workload, `${POD}.serviceAccountName`, `no role is bound to ${serviceAccountName ?? 'it'}`)];
}
