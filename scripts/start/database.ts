import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMissing } from '#errors';
import { ManagedProcess, type ProcessOptions } from './managed-process';

export interface Database {
  readonly uri: string;
  /** Which database was chosen, for the terminal. */
  readonly description: string;
  readonly process?: ManagedProcess;
}

const EMBEDDED_SERVER = join(__dirname, '../../packages/embedded-mongo/src/main.js');

/** Time limit for mongod to listen, in ms. */
const MONGOD_START_MS = 30_000;

/**
 * The database to use: MONGODB_URI, else a `mongod` of this machine, else the embedded server. The last two keep
 * their data in `dataDir`, and keep their port while this process lives: the services reconnect after a crash.
 */
export async function chooseDatabase(
  uri: string | undefined,
  dataDir: string,
  supervision: Pick<ProcessOptions, 'output' | 'onCrash'>,
): Promise<Database> {
  if (uri !== undefined) return { uri, description: 'the database of MONGODB_URI' };
  const port = await freePort();
  const common = { name: 'database', env: process.env, ...supervision };
  const local = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  if (isInstalled('mongod')) {
    const folder = join(dataDir, 'mongod');
    mkdirSync(folder, { recursive: true });
    const args = ['--dbpath', folder, '--bind_ip', '127.0.0.1', '--port', String(port)];
    const server = new ManagedProcess({ ...common, command: 'mongod', args, ready: () => accepts(port) });
    await server.start();
    return { uri: local, description: `the mongod of this machine, data in ${folder}`, process: server };
  }
  const folder = join(dataDir, 'embedded-mongo');
  const args = [EMBEDDED_SERVER, '--dir', folder, '--port', String(port)];
  const server = new ManagedProcess({ ...common, command: process.execPath, args });
  await server.start();
  return { uri: local, description: `an embedded server, data in ${folder}`, process: server };
}

/** @throws the system's error if unknown: switching to another database than last time would hide all jobs */
function isInstalled(program: string): boolean {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  if (error === undefined) return true;
  if (isMissing(error)) return false;
  throw error;
}

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 to 60999): one of those could take a free
 * port before a server listens on it.
 */
const PORTS = { first: 20_000, count: 12_000 };

/** A free TCP port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.first + PORTS.count);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false);
      });
      server.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Resolves once the port accepts connections. */
async function accepts(port: number): Promise<void> {
  const deadline = performance.now() + MONGOD_START_MS;
  while (performance.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    await delay(100);
  }
  throw new Error(`mongod does not listen on port ${port} after ${MONGOD_START_MS / 1000} s`);
}
