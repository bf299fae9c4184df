import { type Check, type Finding, type Manifest, finding, ofKind } from '../manifest';
import type { Workload } from '../kinds';
import { POD, type PlacedContainer, containers, workloads } from './pods';

/** The label with which a namespace enforces a Pod Security Standard. */
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Volume kinds allowed by the standard "restricted", which does not allow host paths. */
const VOLUMES = [
  'persistentVolumeClaim',
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'csi',
  'ephemeral',
];

/** Pods meet the Pod Security Standard "restricted" and have a read-only root file system; the namespace enforces it. */
export const checkPodSecurity: Check = (objects) => [
  ...ofKind(objects, 'Namespace')
    .filter(({ metadata }) => metadata.labels?.[ENFORCE] !== 'restricted')
    .map((namespace) => finding(namespace, `metadata.labels["${ENFORCE}"]`, 'must be restricted')),
  ...workloads(objects).flatMap((workload) => [
    ...ofPod(workload),
    ...containers(workload).flatMap((place) => ofContainer(workload, place)),
  ]),
];

function ofPod(workload: Manifest & Workload): Finding[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [] } = workload.spec.template.spec;
  return [
    ...Object.entries({ hostNetwork, hostPID, hostIPC })
      .filter(([, value]) => value === true)
      .map(([field]) => finding(workload, `${POD}.${field}`, 'is not allowed')),
    ...volumes.flatMap(({ name, ...source }, index) =>
      Object.keys(source)
        .filter((kind) => !VOLUMES.includes(kind))
        .map((kind) => finding(workload, `${POD}.volumes[${index}].${kind}`, `is not allowed (${name})`)),
    ),
  ];
}

function ofContainer(workload: Manifest & Workload, { container, path }: PlacedContainer): Finding[] {
  const pod = workload.spec.template.spec.securityContext;
  const own = container.securityContext;
  const rules: [field: string, ok: boolean, problem: string][] = [
    ['runAsNonRoot', (own?.runAsNonRoot ?? pod?.runAsNonRoot) === true, 'must be true'],
    ['runAsUser', (own?.runAsUser ?? pod?.runAsUser ?? 0) > 0, 'must not be root'],
    ['allowPrivilegeEscalation', own?.allowPrivilegeEscalation === false, 'must be false'],
    ['readOnlyRootFilesystem', own?.readOnlyRootFilesystem === true, 'must be true'],
    ['privileged', own?.privileged !== true, 'is not allowed'],
    ['capabilities.drop', own?.capabilities?.drop?.includes('ALL') === true, 'must contain ALL'],
    ['capabilities.add', (own?.capabilities?.add ?? []).length === 0, 'is not allowed'],
    [
      'seccompProfile',
      (own?.seccompProfile ?? pod?.seccompProfile)?.type === 'RuntimeDefault',
      'must be RuntimeDefault',
    ],
  ];
  return rules
    .filter(([, ok]) => !ok)
    .map(([field, , problem]) => finding(workload, `${path}.securityContext.${field}`, problem));
}
