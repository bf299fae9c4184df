import { createHash, randomBytes } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureModel, loadManifest } from '#detection';
import { untilAborted } from '#flow';
import type { readStartConfig } from '#config';
import { chooseDatabase, freePort, type Database } from './database';
import { ManagedProcess } from './managed-process';

const ROOT = join(__dirname, '../../..');

/** Time for a service to release its job after a stop signal, and then to exit. */
const STOP_GRACE_MS = 2_000;
const KILL_AFTER_MS = STOP_GRACE_MS + 3_000;

/**
 * A job waits for its next stage for a fifth of a second on average. Polling every 75 ms took a quarter of a core while
 * nothing happened, and as much from running jobs.
 */
export const POLL_MIN_MS = 25;
export const POLL_MAX_MS = 400;

const READY_POLL_MS = 100;

/** A service that is not ready after this time is slow to start: log why. */
const SLOW_START_MS = 5_000;

type StartConfig = ReturnType<typeof readStartConfig>;

/** The whole system on one machine: a database and the three services, one process each. */
export class System {
  /** An extra key for this process: of the keys in API_KEYS only the hashes are known. */
  readonly key = randomBytes(32).toString('base64url');
  private readonly services: ManagedProcess[] = [];
  private database: Database | undefined;
  private logFile: number | undefined;

  constructor(
    private readonly config: StartConfig,
    /** Send the services' log to `<DATA_DIR>/boxreel.log` instead of the terminal. */
    private readonly logToFile: boolean,
    private readonly log: (text: string) => void,
  ) {}

  /** @returns the base URL of the pages and the API, once every service is ready */
  async start(signal: AbortSignal): Promise<string> {
    const { config, log } = this;
    makeFolder(config.DATA_DIR, 'DATA_DIR');
    makeFolder(config.VOLUME_DIR, 'VOLUME_DIR');
    await this.fetchModel(signal);
    this.database = await chooseDatabase(config.MONGODB_URI, config.DATA_DIR, {
      output: this.output(),
      onCrash: this.crashed('database'),
    });
    log(`Database: ${this.database.description}`);

    // Chosen here, so that they stay the same when a service is restarted.
    const port = config.PORT === 0 ? await freePort() : config.PORT;
    const inferPort = await freePort();
    const inferUrl = `http://${urlHost(config.HOST)}:${inferPort}`;
    const pages = await untilAborted(
      this.startService('preprocess', { PORT: String(port), INFER_URL: inferUrl }),
      signal,
    );
    const others = await untilAborted(
      Promise.all([
        this.startService('infer', { PORT: String(inferPort), TIMELINE_URL: pages }),
        this.startService('postprocess', { PORT: '0', TIMELINE_URL: pages }),
      ]),
      signal,
    );
    for (const url of [pages, ...others]) await this.ready(url, signal);
    return pages;
  }

  /** Stops the services, then their database. Running jobs resume at the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop(KILL_AFTER_MS)));
    await this.database?.process?.stop(KILL_AFTER_MS);
    if (this.logFile !== undefined) closeSync(this.logFile);
  }

  private async fetchModel(signal: AbortSignal): Promise<void> {
    const manifest = await loadManifest(this.config.MODEL, this.config.MODELS_DIR);
    await ensureModel(manifest, { cacheDir: this.config.MODEL_CACHE, onProgress: this.log, signal });
  }

  private async startService(name: string, env: NodeJS.ProcessEnv): Promise<string> {
    const { HOST } = this.config;
    const service = new ManagedProcess({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', join(ROOT, `dist/services/${name}/src/main.js`)],
      env: {
        STOP_GRACE_MS: String(STOP_GRACE_MS),
        POLL_MIN_MS: String(POLL_MIN_MS),
        POLL_MAX_MS: String(POLL_MAX_MS),
        ...process.env,
        VOLUME_DIR: this.config.VOLUME_DIR,
        MONGODB_URI: this.database?.uri,
        ...this.keys(),
        ...env,
      },
      output: this.output(),
      onCrash: this.crashed(name),
    });
    this.services.push(service);
    const { port } = (await service.start()) as { port: number };
    return `http://${urlHost(HOST)}:${port}`;
  }

  private keys(): NodeJS.ProcessEnv {
    const { API_KEYS } = this.config;
    if (API_KEYS.length === 0) return {};
    const own = { name: 'npm-start', sha256: createHash('sha256').update(this.key).digest('hex') };
    return { API_KEYS: [...API_KEYS, own].map(({ name, sha256 }) => `${name}:${sha256}`).join() };
  }

  private output(): number | 'inherit' {
    if (!this.logToFile) return 'inherit';
    this.logFile ??= openSync(join(this.config.DATA_DIR, 'boxreel.log'), 'a');
    return this.logFile;
  }

  /** Waits until a service reports that all it depends on is available; logs what is missing if this takes long. */
  private async ready(url: string, signal: AbortSignal): Promise<void> {
    const warnAfter = performance.now() + SLOW_START_MS;
    let logged = false;
    for (;;) {
      const answer = await fetch(`${url}/readyz`, { signal }).catch(() => undefined);
      const body = (await answer?.json().catch(() => undefined)) as Readiness | undefined;
      if (answer?.ok) return;
      if (!logged && performance.now() > warnAfter) {
        const missing = Object.entries(body?.error ?? {}).map(
          ([name, { reason }]) => `${name}: ${reason ?? 'down'}`,
        );
        this.log(`Still waiting for ${url}: ${missing.join('; ') || 'no response'}`);
        logged = true;
      }
      await delay(READY_POLL_MS, undefined, { signal });
    }
  }

  private crashed(name: string) {
    return (how: string) => {
      this.log(`${name} exited unexpectedly (${how}); restarting it`);
    };
  }
}

/** The host name under which a browser on this machine reaches a listen address. */
function urlHost(host: string): string {
  if (['0.0.0.0', '127.0.0.1'].includes(host)) return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

function makeFolder(folder: string, setting: string): void {
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    readdirSync(folder);
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`${setting} is "${folder}", which cannot be used as a folder: ${why}`, { cause: error });
  }
}

interface Readiness {
  readonly error?: Readonly<Record<string, { readonly reason?: string }>>;
}
