import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parse } from 'yaml';
import { readInferConfig, readPostprocessConfig, readPreprocessConfig } from '#config';
import { repositoryRoot } from '../support/test-data';

interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly command?: string[];
  readonly pull_policy?: string;
  readonly container_name?: string;
  readonly profiles?: string[];
  readonly environment?: Record<string, string>;
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly healthcheck?: { readonly test: string[] };
  readonly stop_grace_period?: string;
  readonly read_only?: string;
  readonly cap_drop?: string[];
  readonly security_opt?: string[];
  readonly privileged?: string;
}

interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, string>;
}

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

/** Resolves `${NAME:-default}` as without an .env. */
const withDefaults = (text: string) => text.replace(/(?<!\$)\$\{\w+:-([^}]*)\}/g, '$1');

// All scalars as text, as in the environment of a container.
const compose = withDefaults(read('docker-compose.yml'));
const { services, volumes } = parse(compose, { merge: true, schema: 'failsafe' }) as Compose;
const service = (name: string): Service => services[name] ?? { image: '' };

const ours = [
  { name: 'preprocess', read: readPreprocessConfig, port: 5000 },
  { name: 'infer', read: readInferConfig, port: 5001 },
  { name: 'infer-cuda', read: readInferConfig, port: 5001 },
  { name: 'postprocess', read: readPostprocessConfig, port: 5002 },
];

describe.each(ours)('the service $name', ({ name, read: readConfig }) => {
  const { environment = {}, healthcheck, stop_grace_period } = service(name);

  it('sets only settings that it reads, to valid values', () => {
    const config = readConfig(environment);
    expect(Object.keys(environment).filter((setting) => !(setting in config))).toEqual([]);
  });

  it('accepts every setting from .env, except those fixed in a container', () => {
    const fixed = ['NODE_ENV', 'HOST', 'PORT', 'VOLUME_DIR', 'MODELS_DIR'];
    const ofKubernetes = ['SCALER', 'SCALE_MAX_REPLICAS', 'KUBE_NAMESPACE'];
    const left = Object.keys(readConfig(environment)).filter((setting) => !(setting in environment));
    expect(left.filter((setting) => ![...fixed, ...ofKubernetes].includes(setting))).toEqual([]);
  });

  it('has a readiness check', () => {
    const [command, program, flag, code] = healthcheck?.test ?? [];
    expect([command, program, flag]).toEqual(['CMD', 'node', '-e']);
    expect(code).toContain("'http://127.0.0.1:' + process.env.PORT + '/readyz'");
    expect(() => new Script(code ?? '')).not.toThrow();
  });

  it('has a stop grace period longer than its own limit', () => {
    const needed = readConfig(environment).STOP_GRACE_MS / 1000 + 10;
    expect(stop_grace_period).toMatch(/^\d+s$/);
    expect(parseInt(stop_grace_period ?? '')).toBeGreaterThan(needed);
  });

  it('is built from the target of the same name, and mounts the volume', () => {
    const { image, build, volumes: mounts } = service(name);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(image).toBe(`boxreel/${name}:${version}`);
    expect(build?.target).toBe(name);
    expect(read('Dockerfile')).toMatch(new RegExp(`^FROM \\S+ AS ${name}$`, 'm'));
    expect(mounts).toContain('videos:/mnt');
  });
});

describe('docker-compose.yml', () => {
  it.each(Object.keys(services))('gives %s no unnecessary rights', (name) => {
    expect(service(name)).toMatchObject({
      ...{ read_only: 'true', cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
    });
    expect(service(name).privileged).toBeUndefined();
  });

  it('pins the version of every image', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:v?\d/);
  });

  it('builds our images and never pulls others with their names', () => {
    const built = Object.values(services).filter(({ build }) => build !== undefined);
    const own = Object.values(services).filter(({ image }) => image.startsWith('boxreel/'));
    expect(own.length).toBeGreaterThan(built.length);
    for (const { image, pull_policy } of own) {
      expect(built.map((each) => each.image)).toContain(image);
      expect(pull_policy).toBe('never');
    }
  });

  it('lets infer be scaled: no container name and no host port', () => {
    for (const name of ['infer', 'infer-cuda', 'postprocess']) {
      expect(service(name).container_name).toBeUndefined();
      expect(service(name).ports).toBeUndefined();
    }
  });

  it('publishes preprocess on loopback only, on the port of its image', () => {
    expect(service('preprocess').ports).toEqual(['127.0.0.1:5000:5000']);
  });

  it('addresses services by the ports of their images', () => {
    const ports = Object.fromEntries(ours.map(({ name, port }) => [name, String(port)]));
    const urls = Object.values(services).flatMap(({ environment = {} }) =>
      [environment['INFER_URL'], environment['TIMELINE_URL']].filter((url) => url !== undefined),
    );
    expect(urls.length).toBeGreaterThan(0);
    const traefik = (parse(read('compose/traefik.yml')) as Traefik).http.services.preprocess;
    for (const url of [...urls, ...traefik.loadBalancer.servers.map((server) => server.url)]) {
      const { hostname, port } = new URL(url);
      expect(port).toBe(ports[hostname]);
    }
  });

  it('depends only on services of the same profiles that have a health check or end', () => {
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(services[name]).toBeDefined();
        expect(service(name).profiles).toBeUndefined();
        if (condition === 'service_healthy') expect(service(name).healthcheck).toBeDefined();
        else expect(['permissions', 'model']).toContain(name);
      }
    }
  });

  it('uses a GPU and TLS only in their profiles', () => {
    const profiles = Object.entries(services).filter(([, { profiles }]) => profiles !== undefined);
    expect(profiles.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['infer-cuda', ['gpu']],
      ['traefik', ['tls']],
    ]);
  });

  it('mounts only defined volumes and existing files', () => {
    const mounts = Object.values(services).flatMap((each) => each.volumes ?? []);
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      if (source.startsWith('.')) expect(existsSync(join(repositoryRoot, source))).toBe(true);
      else expect(Object.keys(volumes)).toContain(source);
    }
  });

  it('downloads the model that infer uses into its cache', () => {
    const { command = [], environment = {} } = service('model');
    expect(command.join(' ')).toContain(`--cache ${service('infer').environment?.['MODEL_CACHE'] ?? '?'}`);
    expect(environment['MODEL']).toBe(readInferConfig(service('infer').environment).MODEL);
  });
});

interface Traefik {
  readonly http: {
    readonly services: { readonly preprocess: { loadBalancer: { servers: { url: string }[] } } };
  };
}
