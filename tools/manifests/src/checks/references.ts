import type { V1PersistentVolumeClaim, V1RoleBinding } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, find, finding, isThere, ofKind } from '../manifest';
import type { Workload } from '../kinds';
import { POD, type PlacedContainer, containers, workloads } from './pods';

/** Secrets that users create, with their keys. */
export const SECRETS_BY_HAND: Readonly<Record<string, readonly string[]>> = {
  'hs-mongo': ['MONGODB_URI'],
  'hs-access': ['API_KEYS', 'SERVICE_TOKEN', 'METRICS_TOKEN'],
  'hs-webhooks': ['WEBHOOK_SECRET'],
};

/** All referenced objects exist. */
export const checkReferences: Check = (objects) => [
  ...workloads(objects).flatMap((workload) => [
    ...podReferences(objects, workload),
    ...containers(workload).flatMap((place) => sources(objects, workload, place)),
  ]),
  ...ofKind(objects, 'PersistentVolumeClaim').flatMap((claim) => volumeOf(objects, claim)),
  ...ofKind(objects, 'RoleBinding', 'ClusterRoleBinding').flatMap((binding) => boundTo(objects, binding)),
];

function missing(
  objects: readonly Manifest[],
  kind: string,
  name: string | undefined,
  [user, field]: readonly [Manifest, string],
): Finding[] {
  if (name === undefined || isThere(objects, kind, name)) return [];
  if (kind === 'Secret' && name in SECRETS_BY_HAND) return [];
  return [finding(user, field, `${kind} ${name} does not exist`)];
}

function podReferences(objects: readonly Manifest[], workload: Manifest & Workload): Finding[] {
  const { serviceAccountName, volumes = [] } = workload.spec.template.spec;
  return [
    ...missing(objects, 'ServiceAccount', serviceAccountName, [workload, `${POD}.serviceAccountName`]),
    ...volumes.flatMap(({ persistentVolumeClaim: claim, configMap, secret }, index) => {
      const path = `${POD}.volumes[${index}]`;
      return [
        ...missing(objects, 'PersistentVolumeClaim', claim?.claimName, [
          workload,
          `${path}.persistentVolumeClaim.claimName`,
        ]),
        ...missing(objects, 'ConfigMap', configMap?.name, [workload, `${path}.configMap.name`]),
        ...missing(objects, 'Secret', secret?.secretName, [workload, `${path}.secret.secretName`]),
      ];
    }),
  ];
}

function sources(
  objects: readonly Manifest[],
  workload: Manifest & Workload,
  { container, path }: PlacedContainer,
): Finding[] {
  const all = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, index) => [
    ...missing(objects, 'ConfigMap', configMapRef?.name, [
      workload,
      `${path}.envFrom[${index}].configMapRef.name`,
    ]),
    ...missing(objects, 'Secret', secretRef?.name, [workload, `${path}.envFrom[${index}].secretRef.name`]),
  ]);
  const single = (container.env ?? []).flatMap(({ valueFrom }, index) => [
    ...missing(objects, 'ConfigMap', valueFrom?.configMapKeyRef?.name, [
      workload,
      `${path}.env[${index}].valueFrom`,
    ]),
    ...missing(objects, 'Secret', valueFrom?.secretKeyRef?.name, [
      workload,
      `${path}.env[${index}].valueFrom`,
    ]),
  ]);
  return [...all, ...single];
}

/** A claim that names its volume must match it, or it would stay pending. */
function volumeOf(objects: readonly Manifest[], claim: Manifest & V1PersistentVolumeClaim): Finding[] {
  const { volumeName, storageClassName, accessModes = [] } = claim.spec ?? {};
  if (volumeName === undefined) return [];
  const volume = find(objects, 'PersistentVolume', volumeName);
  if (!volume) return missing(objects, 'PersistentVolume', volumeName, [claim, 'spec.volumeName']);
  const offered = volume.spec;
  return [
    ...(offered?.storageClassName === storageClassName
      ? []
      : [finding(claim, 'spec.storageClassName', `${volumeName} has a different class`)]),
    ...accessModes
      .filter((mode) => !offered?.accessModes?.includes(mode))
      .map((mode) => finding(claim, 'spec.accessModes', `${volumeName} does not offer ${mode}`)),
  ];
}

function boundTo(objects: readonly Manifest[], binding: Manifest & V1RoleBinding): Finding[] {
  const { roleRef, subjects = [] } = binding;
  return [
    ...missing(objects, roleRef.kind, roleRef.name, [binding, 'roleRef.name']),
    ...subjects.flatMap(({ kind, name, namespace }, index) => {
      const path = `subjects[${index}]`;
      const subject = objects.find((object) => object.kind === kind && object.metadata.name === name);
      if (!subject) return missing(objects, kind, name, [binding, `${path}.name`]);
      return subject.metadata.namespace === namespace
        ? []
        : [finding(binding, `${path}.namespace`, `${name} is in ${subject.metadata.namespace ?? 'none'}`)];
    }),
  ];
}
