import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  ConfigError,
  type InferConfig,
  type PostprocessConfig,
  type PreprocessConfig,
  type SettingName,
  describeSettings,
  readSettings,
} from '#config';
import { type Check, type Finding, type Manifest, find, finding, ofKind } from '../manifest';
import { SERVICES, STOP_MARGIN_S, isService, settingsOf } from '../product';
import type { Workload } from '../kinds';
import { POD, type PlacedContainer, containers, portOf, workloads, workloadsWith } from './pods';

/** Generous estimate of infer's memory besides its models. */
const PROCESS_MI = 512;

/** Placeholders for the contents of Secrets that users create. */
const BY_HAND: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  'hs-mongo': { MONGODB_URI: 'mongodb://host/' },
};

/** Every service can start with its environment. */
export const checkSettings: Check = (objects) => [
  ...ofKind(objects, 'ConfigMap')
    .filter(({ metadata }) => metadata.name.startsWith('hs-config'))
    .flatMap(settingsMap),
  ...workloads(objects).flatMap((workload) =>
    containers(workload)
      .filter(({ container }) => isService(container.name))
      .flatMap((place) => environment(objects, workload, place)),
  ),
];

/** Every key is a setting of a service, and every value is valid. */
function settingsMap(map: Manifest & V1ConfigMap): Finding[] {
  const known = describeSettings().map(({ name }) => name);
  return Object.entries(map.data ?? {}).flatMap(([key, value]) => {
    const name = known.find((setting) => setting === key);
    if (!name) return [finding(map, `data.${key}`, 'no service has this setting')];
    return badValue(name, value).map((problem) => finding(map, `data.${key}`, problem));
  });
}

function badValue(name: SettingName, value: string): string[] {
  return problemsOf(() => readSettings([name], { [name]: value }));
}

function problemsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}

function environment(
  objects: readonly Manifest[],
  workload: Manifest & Workload,
  { container, path }: PlacedContainer,
): Finding[] {
  const service = container.name;
  if (!isService(service)) return [];
  const known = settingsOf(service);
  const own = container.env ?? [];
  const unknown = own
    .filter(({ name }) => !known.includes(name))
    .map(({ name }) => finding(workload, `${path}.env`, `${service} does not read ${name}`));
  const shared = sharedEnvironment(objects, container.envFrom ?? []);
  const env = { ...shared, ...Object.fromEntries(own.map(({ name, value }) => [name, value])) };
  const problems = problemsOf(() => SERVICES[service](env));
  if (problems.length > 0) {
    return [...unknown, ...problems.map((problem) => finding(workload, `${path}.env`, problem))];
  }
  return [...unknown, ...consistency(objects, workload, { container, path }, SERVICES[service](env))];
}

function sharedEnvironment(
  objects: readonly Manifest[],
  sources: readonly { configMapRef?: { name?: string }; secretRef?: { name?: string } }[],
): NodeJS.ProcessEnv {
  return Object.assign(
    {},
    ...sources.map(({ configMapRef, secretRef }) =>
      configMapRef
        ? find(objects, 'ConfigMap', configMapRef.name)?.data
        : (find(objects, 'Secret', secretRef?.name)?.stringData ?? BY_HAND[secretRef?.name ?? '']),
    ),
  ) as NodeJS.ProcessEnv;
}

/** Settings that must match other parts of the manifests. */
function consistency(
  objects: readonly Manifest[],
  workload: Manifest & Workload,
  { container, path }: PlacedContainer,
  config: PreprocessConfig | InferConfig | PostprocessConfig,
): Finding[] {
  const findings: Finding[] = [];
  const expect = (ok: boolean, field: string, problem: string) => {
    if (!ok) findings.push(finding(workload, field, problem));
  };
  expect(portOf(workload, 'http') === config.PORT, `${path}.ports`, `PORT is ${config.PORT}`);

  const mounted = (folder: string) =>
    container.volumeMounts?.some(({ mountPath }) => mountPath === folder) ?? false;
  const folders = [config.VOLUME_DIR, ...('MODEL_CACHE' in config ? [config.MODEL_CACHE] : [])];
  for (const folder of folders) {
    expect(mounted(folder), `${path}.volumeMounts`, `nothing is mounted at ${folder}`);
  }

  const url = 'TIMELINE_URL' in config ? config.TIMELINE_URL : config.INFER_URL;
  const problem = unreachable(objects, url);
  expect(problem === undefined, `${path}.env`, `no Service listens at ${url}: ${problem ?? ''}`);

  const { terminationGracePeriodSeconds: grace = 30 } = workload.spec.template.spec;
  const needed = preStopSeconds(container) + config.STOP_GRACE_MS / 1000 + STOP_MARGIN_S;
  expect(
    grace > needed,
    `${POD}.terminationGracePeriodSeconds`,
    `a stop may take ${needed} s, but this is ${grace}`,
  );

  if ('MODEL_MEMORY_MB' in config) {
    const limit = mebibytes(String(container.resources?.limits?.['memory']));
    const models = Math.ceil((config.MODEL_MEMORY_MB * 1e6) / 2 ** 20);
    const field = `${path}.resources.limits.memory`;
    expect(
      limit > models + PROCESS_MI,
      field,
      `the models may take ${models} Mi and the process ${PROCESS_MI} Mi`,
    );
  }
  return findings;
}

/** Why no Service listens at a URL; undefined if one does. */
function unreachable(objects: readonly Manifest[], url: string): string | undefined {
  const { hostname, port } = new URL(url);
  const service = find(objects, 'Service', hostname);
  if (!service) return `no Service ${hostname}`;
  if (!service.spec?.ports?.some((offered) => String(offered.port) === port)) {
    return `the Service ${hostname} has no port ${port}`;
  }
  return workloadsWith(objects, service.spec.selector).length > 0
    ? undefined
    : `the Service ${hostname} has no pods`;
}

/** The seconds in `preStop: exec: command: [sleep, '5']`. */
function preStopSeconds({ lifecycle }: PlacedContainer['container']): number {
  const [command, seconds] = lifecycle?.preStop?.exec?.command ?? [];
  return command === 'sleep' ? Number(seconds) : (lifecycle?.preStop?.sleep?.seconds ?? 0);
}

function mebibytes(quantity: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(number) * (unit === 'Gi' ? 1024 : 1);
}
