import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { type StageName, STAGE_NAMES, backlogOf } from '#jobs';
import { type Check, type Finding, type Manifest, find, finding, ofKind } from '../manifest';
import type { TriggerAuthentication } from '../kinds';
import { SECRETS_BY_HAND } from './references';

/** Where jobs are stored: the default of MONGODB_DB, and the collection of libs/jobs. */
const COLLECTION = 'hs_requests';

/** Replicas scaled by KEDA follow the backlog of their stage, and nothing else sets them. */
export const checkKeda: Check = (objects) => {
  const scaled = ofKind(objects, 'ScaledObject');
  return [
    ...scaled.flatMap((object) => checkScaledObject(objects, object)),
    ...ofKind(objects, 'TriggerAuthentication').flatMap((object) => credentials(objects, object)),
  ];
};

function checkScaledObject(objects: readonly Manifest[], object: Manifest & IScaledObject): Finding[] {
  const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100, triggers } = object.spec;
  const target = find(objects, 'Deployment', scaleTargetRef.name);
  const findings: Finding[] = [];
  if (minReplicaCount > maxReplicaCount) {
    findings.push(finding(object, 'spec.minReplicaCount', `exceeds maxReplicaCount, ${maxReplicaCount}`));
  }
  if (!target) {
    return [...findings, finding(object, 'spec.scaleTargetRef.name', `no Deployment ${scaleTargetRef.name}`)];
  }
  if (target.spec.replicas !== undefined) {
    findings.push(finding(target, 'spec.replicas', 'KEDA sets it, and apply would reset it'));
  }
  const service = target.spec.template.spec.containers[0]?.name ?? '';
  const stage = STAGE_NAMES.find((name) => name === service);
  if (!stage) {
    return [...findings, finding(object, 'spec.scaleTargetRef.name', `${service} does not follow a backlog`)];
  }
  if (stage === 'preprocess' && minReplicaCount < 1) {
    findings.push(
      finding(object, 'spec.minReplicaCount', 'must be 1 or more: it serves the pages and the API'),
    );
  }
  return [
    ...findings,
    ...triggers.flatMap((trigger, index) => checkTrigger(objects, object, trigger, { stage, index })),
  ];
}

type Trigger = IScaledObject['spec']['triggers'][number];

function checkTrigger(
  objects: readonly Manifest[],
  object: Manifest & IScaledObject,
  { type, metadata, authenticationRef }: Trigger,
  { stage, index }: { stage: StageName; index: number },
): Finding[] {
  const path = `spec.triggers[${index}]`;
  if (type !== 'mongodb') return [finding(object, `${path}.type`, 'must be mongodb')];
  const settings = ofKind(objects, 'ConfigMap').find(({ metadata: { name } }) =>
    name.startsWith('hs-config'),
  );
  const expected: Record<string, string | undefined> = {
    dbName: settings?.data?.['MONGODB_DB'],
    collection: COLLECTION,
    query: JSON.stringify({ STATUS: { $in: backlogOf(stage) } }),
  };
  const findings = Object.entries(expected)
    .filter(([key, value]) => metadata[key] !== value)
    .map(([key, value]) => finding(object, `${path}.metadata.${key}`, `must be ${value ?? 'set'}`));
  // A running job counts as one: with more jobs per replica, busy replicas would be removed.
  if (metadata['queryValue'] !== '1') {
    findings.push(finding(object, `${path}.metadata.queryValue`, 'must be "1": a replica for every job'));
  }
  if (!find(objects, 'TriggerAuthentication', authenticationRef?.name)) {
    const name = authenticationRef?.name ?? '';
    findings.push(finding(object, `${path}.authenticationRef.name`, `no TriggerAuthentication ${name}`));
  }
  return findings;
}

function credentials(objects: readonly Manifest[], object: Manifest & TriggerAuthentication): Finding[] {
  return (object.spec.secretTargetRef ?? []).flatMap(({ name, key }, index) => {
    const data = find(objects, 'Secret', name)?.stringData;
    const keys = data ? Object.keys(data) : SECRETS_BY_HAND[name];
    return keys?.includes(key)
      ? []
      : [finding(object, `spec.secretTargetRef[${index}]`, `no Secret ${name} with a key ${key}`)];
  });
}
