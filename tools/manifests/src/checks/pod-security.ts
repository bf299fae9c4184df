import { type Check, type Finding, type Manifest, finding, ofKind } from '../manifest';
import type { Workload } from '../kinds';
import { POD, type PlacedContainer, containers, workloads } from './pods';

/** The label by which a namespace asks for a Pod Security Standard. */
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Kinds of volumes of the standard "restricted". Paths of the node are none of them. */
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

/** Pods keep to the Pod Security Standard "restricted", write to no root file system, and the namespace insists on it. */
export const checkPodSecurity: Check = (objects) => [
  ...ofKind(objects, 'Namespace')
    .filter(({ metadata }) => metadata.labels?.[ENFORCE] !== 'restricted')
    .map((namespace) => finding(namespace, `metadata.labels["${ENFORCE}"]`, 'has to be restricted')),
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
    ['runAsNonRoot', (own?.runAsNonRoot ?? pod?.runAsNonRoot) === true, 'has to be true'],
    ['runAsUser', (own?.runAsUser ?? pod?.runAsUser ?? 0) > 0, 'has to be another user than root'],
    ['allowPrivilegeEscalation', own?.allowPrivilegeEscalation === false, 'has to be false'],
    ['readOnlyRootFilesystem', own?.readOnlyRootFilesystem === true, 'has to be true'],
    ['privileged', own?.privileged !== true, 'is not allowed'],
    ['capabilities.drop', own?.capabilities?.drop?.includes('ALL') === true, 'has to hold ALL'],
    ['capabilities.add', (own?.capabilities?.add ?? []).length === 0, 'is not allowed'],
    [
      'seccompProfile',
      (own?.seccompProfile ?? pod?.seccompProfile)?.type === 'RuntimeDefault',
      'has to be RuntimeDefault',
    ],
  ];
  return rules
    .filter(([, ok]) => !ok)
    .map(([field, , problem]) => finding(workload, `${path}.securityContext.${field}`, problem));
}
