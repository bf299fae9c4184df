import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Copy, DockerfileParser, From, type Instruction } from 'dockerfile-ast';
import { describeSettings } from '#config';
import { repositoryRoot } from '../support/test-data';

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

const dockerfile = DockerfileParser.parse(read('Dockerfile'));
const stages = new Map<string, Stage>();
for (const instruction of dockerfile.getInstructions()) {
  if (instruction instanceof From) {
    const name = instruction.getBuildStage() ?? '';
    stages.set(name, { name, from: instruction.getImage() ?? '', instructions: [] });
  } else {
    (([...stages.values()].at(-1)?.instructions ?? []) as Instruction[]).push(instruction);
  }
}

/** All instructions of a stage, those of its base stages first. */
function lineage(name: string): Instruction[] {
  const stage = stages.get(name);
  return stage === undefined ? [] : [...lineage(stage.from), ...stage.instructions];
}

const values = (name: string, keyword: string) =>
  lineage(name)
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? '');

/** The environment of an image. */
function environment(name: string): Record<string, string> {
  const pairs = lineage(name)
    .filter((instruction) => instruction.getKeyword() === 'ENV')
    .flatMap((instruction) => instruction.getArguments().map((argument) => argument.getValue()));
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
}

/** The Debian packages that a stage installs itself. */
function packages(name: string): string[] {
  const runs =
    stages.get(name)?.instructions.filter((instruction) => instruction.getKeyword() === 'RUN') ?? [];
  const text = runs.map((run) => (run.getArgumentsContent() ?? '').replace(/\\\n/g, ' ')).join('\n');
  const list = /apt-get install -y --no-install-recommends ([^&\n]*)/.exec(text)?.[1] ?? '';
  return list.split(/\s+/).filter(Boolean).sort();
}

const services = [
  { target: 'preprocess', service: 'preprocess', port: '5000' },
  { target: 'infer', service: 'infer', port: '5001' },
  { target: 'infer-cuda', service: 'infer', port: '5001' },
  { target: 'postprocess', service: 'postprocess', port: '5002' },
];

describe.each(services)('the image of $target', ({ target, service, port }) => {
  it('runs as a numeric non-root user, so that Kubernetes can check it', () => {
    expect(values(target, 'USER').at(-1)).toBe('1000:1000');
  });

  it('starts its service under an init', () => {
    expect(values(target, 'ENTRYPOINT')).toEqual(['["tini", "--"]']);
    const main = `dist/services/${service}/src/main.js`;
    expect(values(target, 'CMD')).toEqual([`["node", "--enable-source-maps", "${main}"]`]);
    expect(existsSync(join(repositoryRoot, main.replace('dist/', '').replace('.js', '.ts')))).toBe(true);
  });

  it('listens on its exposed port', () => {
    expect(values(target, 'EXPOSE')).toEqual([port]);
    expect(environment(target)).toMatchObject({
      ...{ PORT: port, HOST: '0.0.0.0', NODE_ENV: 'production', LOG_FORMAT: 'json', VOLUME_DIR: '/mnt' },
    });
  });

  it('has labels', () => {
    const labels = values(target, 'LABEL').join(' ');
    for (const label of ['title', 'version', 'revision', 'source', 'licenses']) {
      expect(labels).toContain(`org.opencontainers.image.${label}=`);
    }
  });

  it('sets only settings, and variables of other programs', () => {
    const settings: string[] = describeSettings().map(({ name }) => name);
    const ofOthers = [
      'XDG_CACHE_HOME',
      'npm_config_cache',
      'ORT_DISABLE_TELEMETRY',
      'NVIDIA_VISIBLE_DEVICES',
      'NVIDIA_DRIVER_CAPABILITIES',
    ];
    const unknown = Object.keys(environment(target)).filter(
      (name) => ![...settings, ...ofOthers].includes(name),
    );
    expect(unknown).toEqual([]);
  });

  it('copies only named files from the build stages', () => {
    const copied = lineage(target).filter((instruction) => instruction instanceof Copy);
    for (const copy of copied) {
      const sources = copy.getArguments().slice(0, -1);
      expect(sources.map((source) => source.getValue())).not.toContain('.');
      expect(sources.map((source) => source.getValue())).not.toContain('/app');
    }
  });
});

describe('the Dockerfile', () => {
  it('uses only base images with a pinned version', () => {
    const bases = dockerfile.getARGs().map((argument) => argument.getProperty()?.getValue() ?? '');
    const [node, cuda] = bases;
    expect(node).toMatch(/^node:\d+-bookworm-slim$/);
    expect(cuda).toMatch(/^nvidia\/cuda:\d+\.\d+\.\d+-cudnn-runtime-ubuntu\d+\.\d+$/);
    const froms = [...stages.values()].map(({ from }) => from);
    const outside = froms.filter((from) => !stages.has(from));
    expect(new Set(outside)).toEqual(new Set(['${BASE}', '${CUDA_BASE}']));
  });

  it('builds with a Node version that package.json allows', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19.0');
    const base = `node:${read('.nvmrc').trim()}-bookworm-slim`;
    expect(base).toBe('node:24-bookworm-slim');
    expect(read('Dockerfile')).toContain(`ARG BASE=${base}\n`);
  });

  it('copies only existing files that .dockerignore includes', () => {
    const ignore = read('.dockerignore').split('\n');
    expect(ignore.filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('*');
    const admitted = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const sources = new Set(
      [...stages.values()]
        .flatMap(({ instructions }) => instructions)
        .filter((instruction) => instruction instanceof Copy)
        .filter((copy) => !copy.getFlags().some((flag) => flag.getName() === 'from'))
        .flatMap((copy) => copy.getArguments().slice(0, -1))
        .map((argument) => argument.getValue()),
    );
    expect([...sources].sort()).toEqual([...admitted].sort());
    for (const source of sources) expect(existsSync(join(repositoryRoot, source))).toBe(true);
  });

  it('copies only from existing stages', () => {
    const flags = [...stages.values()]
      .flatMap(({ instructions }) => instructions)
      .filter((instruction) => instruction instanceof Copy)
      .flatMap((copy) => copy.getFlags())
      .filter((flag) => flag.getName() === 'from')
      .map((flag) => flag.getValue());
    expect(flags.length).toBeGreaterThan(0);
    for (const from of flags) expect([...stages.keys()]).toContain(from);
  });

  it('installs the Debian packages of the setup script', () => {
    const list = /const DEBIAN_PACKAGES = \[([\s\S]*?)\n\];/.exec(read('scripts/lib/setup.mjs'))?.[1] ?? '';
    const wanted = [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '').sort();
    const toRun = ['ffmpeg', 'fonts-dejavu-core'];
    expect(packages('dependencies')).toEqual(wanted.filter((name) => !toRun.includes(name)));
    expect(packages('runtime-with-ffmpeg')).toEqual(['ffmpeg']);
    expect(packages('runtime')).toContain('fonts-dejavu-core');
    expect(packages('runtime').filter((name) => name.endsWith('-dev'))).toEqual([]);
  });

  it('names no package registry', () => {
    expect(read('Dockerfile')).not.toMatch(/https?:\/\//);
  });
});
