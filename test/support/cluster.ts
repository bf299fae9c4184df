import { openAsBlob } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobResource } from '#contract';
import { isFinal } from '#jobs';
import { Workspace } from '#workspace';
import { chooseDatabase, freePort, type Database } from '../../scripts/start/database';
import { ManagedProcess } from '../../scripts/start/managed-process';
import { repositoryRoot } from './test-data';

export type ServiceName = 'preprocess' | 'infer' | 'postprocess';

let clusters = 0;

/** The real services as real processes, with replicas, and with their own database and volume. */
export class Cluster {
  readonly processes: Record<ServiceName, ManagedProcess[]> = { preprocess: [], infer: [], postprocess: [] };
  /** Addresses of the preprocess replicas; the first one is the timeline of the others. */
  readonly urls: string[] = [];
  /** Addresses of all replicas, for health checks and metrics. */
  readonly addresses: Record<ServiceName, string[]> = { preprocess: [], infer: [], postprocess: [] };
  /** Unexpected exits of services, such as `infer: exit code 0`; each was restarted. */
  readonly ends: string[] = [];
  readonly workspace: Workspace;
  /** A volume belongs to one database. */
  readonly databaseName = `test_${process.pid}_${clusters++}`;

  private constructor(
    readonly folder: string,
    private readonly log: number,
    private readonly database: Database,
    volume: string,
  ) {
    this.workspace = new Workspace(volume);
  }

  /**
   * @param options.replicas of every service, or by service (default 1)
   * @param options.volume an existing folder; default a new one
   */
  static async start(
    options: {
      replicas?: number | Partial<Record<ServiceName, number>>;
      volume?: string;
      env?: NodeJS.ProcessEnv;
    } = {},
  ): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'boxreel-e2e-'));
    const log = openSync(join(folder, 'log'), 'a');
    const database = await chooseDatabase(process.env.MONGODB_URI, folder, {
      output: log,
      onCrash: () => undefined,
    });
    const { replicas = 1, volume = join(folder, 'volume'), env = {} } = options;
    const cluster = new Cluster(folder, log, database, volume);
    const count = (name: ServiceName) => (typeof replicas === 'number' ? replicas : (replicas[name] ?? 1));
    const inferPort = String(await freePort());
    const inferUrl = { INFER_URL: `http://127.0.0.1:${inferPort}`, ...env };
    for (let n = 0; n < count('preprocess'); n++) {
      // A fixed port, so that it has the same address after a restart.
      cluster.urls.push(await cluster.launch('preprocess', { PORT: String(await freePort()), ...inferUrl }));
    }
    const timeline = { TIMELINE_URL: cluster.urls[0], ...env };
    const launches = (['infer', 'postprocess'] as const).flatMap((name) =>
      Array.from({ length: count(name) }, (_, n) =>
        cluster.launch(name, { ...(name === 'infer' && n === 0 && { PORT: inferPort }), ...timeline }),
      ),
    );
    await Promise.all(launches);
    return cluster;
  }

  get url(): string {
    return this.urls[0]!;
  }

  /** All processes that may be killed; services and a separate database are restarted. */
  victims(): { readonly name: ServiceName | 'database'; readonly pid: number | undefined }[] {
    const services = (Object.keys(this.processes) as ServiceName[]).flatMap((name) =>
      this.processes[name].map(({ pid }) => ({ name, pid })),
    );
    return [...services, { name: 'database' as const, pid: this.database.process?.pid }];
  }

  /** For reading or changing records directly. */
  get databaseUri(): string {
    return this.database.uri;
  }

  /** Output of all processes so far. */
  output(): Promise<string> {
    return readFile(join(this.folder, 'log'), 'utf8');
  }

  /** Uploads a file through the API. */
  async upload(
    file: string,
    name = basename(file),
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', await openAsBlob(file), name);
    return fetch(`${this.url}/api/jobs`, { method: 'POST', body: form, headers });
  }

  async submit(file: string, name?: string, fields?: Record<string, string>): Promise<string> {
    const answer = await this.upload(file, name, fields);
    if (answer.status !== 201) throw new Error(`upload returned ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as JobResource).id;
  }

  async job(id: string): Promise<JobResource> {
    return (await (await fetch(`${this.url}/api/jobs/${id}`)).json()) as JobResource;
  }

  /** The job, once it matches. Polls, because HTTP has no event to wait for. */
  async until(id: string, wanted: (job: JobResource) => boolean): Promise<JobResource> {
    for (;;) {
      const job = await this.job(id);
      if (wanted(job)) return job;
      await delay(50);
    }
  }

  /** The job, once it has ended. */
  finished(id: string): Promise<JobResource> {
    return this.until(id, ({ status }) => isFinal(status));
  }

  async stop(): Promise<void> {
    const all = Object.values(this.processes).flat();
    await Promise.all(all.map((process) => process.stop(10_000)));
    await this.database.process?.stop(10_000);
    closeSync(this.log);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async launch(name: ServiceName, env: NodeJS.ProcessEnv): Promise<string> {
    const service = new ManagedProcess({
      name,
      command: process.execPath,
      args: [join(repositoryRoot, `dist/services/${name}/src/main.js`)],
      env: {
        ...process.env,
        PORT: '0',
        MONGODB_URI: this.database.uri,
        MONGODB_DB: this.databaseName,
        VOLUME_DIR: this.workspace.root,
        MODEL_CACHE: join(repositoryRoot, '.cache/models'),
        POLL_MIN_MS: '20',
        POLL_MAX_MS: '200',
        STOP_GRACE_MS: '5000',
        INFER_INSTANCES: '1',
        ...env,
      },
      output: this.log,
      onCrash: (how) => this.ends.push(`${name}: ${how}`),
    });
    this.processes[name].push(service);
    const { port } = (await service.start()) as { port: number };
    const url = `http://127.0.0.1:${port}`;
    this.addresses[name].push(url);
    return url;
  }
}
