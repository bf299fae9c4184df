import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { BSON, type Document, MongoClient, MongoServerError } from 'mongodb';
import { EmbeddedMongo, type EmbeddedMongoOptions } from '../src';

const MAIN = join(__dirname, '../src/main.js');

/** Runs `work` with an empty directory, which is deleted afterwards. */
export async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs `work` with a client of a server in this process. */
export async function withServer<T>(
  dataDir: string,
  work: (client: MongoClient, server: EmbeddedMongo) => Promise<T>,
  options: Partial<EmbeddedMongoOptions> = {},
): Promise<T> {
  const server = await EmbeddedMongo.open({ dataDir, port: 0, ...options });
  const client = new MongoClient(server.uri);
  try {
    return await work(client, server);
  } finally {
    await client.close();
    await server.close();
  }
}

/** One server for all tests of a file. */
export function serverForFile(options: Partial<EmbeddedMongoOptions> = {}) {
  const shared = {} as { client: MongoClient; server: EmbeddedMongo };
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
    shared.server = await EmbeddedMongo.open({ dataDir: directory, port: 0, ...options });
    shared.client = new MongoClient(shared.server.uri);
  });
  afterAll(async () => {
    await shared.client.close();
    await shared.server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return shared;
}

/** A server in a separate process. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly uri: string;
  /** What it wrote to stdout and stderr so far. */
  readonly output: () => string;
}

/** Runs `work` with a server in a separate process, which is killed afterwards. */
export async function withProcess<T>(
  directory: string,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const child = fork(MAIN, ['--dir', directory, '--port', '0'], { silent: true });
  const gone = once(child, 'exit');
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  try {
    const early = gone.then(() => {
      throw new Error(`The server stopped before it listened: ${text}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), early])) as [{ uri: string }];
    early.catch(() => undefined); // once it listens, its exit is expected
    return await work({ child, uri: message.uri, output: () => text });
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}

/** Kills a child immediately, like a power cut. */
export async function kill9({ child }: ServerProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The server's error for a request that it should refuse. */
export async function refusal(attempt: Promise<unknown>): Promise<MongoServerError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MongoServerError) return error;
  throw new Error(`Expected the server to refuse, got: ${String(error)}`);
}

/** Number of documents that queries of the server have read so far. */
export async function examined(client: MongoClient): Promise<number> {
  const status = await client.db('admin').command({ serverStatus: 1 });
  return (status as { metrics: { queryExecutor: { scannedObjects: number } } }).metrics.queryExecutor
    .scannedObjects;
}

/** Sends one command without the session that a driver would add. */
export async function rawCommand(port: number, command: Document): Promise<Document> {
  const socket = connect(port, '127.0.0.1');
  try {
    const body = BSON.serialize(command);
    const head = Buffer.alloc(21);
    head.writeInt32LE(head.length + body.length, 0);
    head.writeInt32LE(2013, 12); // OP_MSG
    socket.write(Buffer.concat([head, body]));
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return BSON.deserialize(reply.subarray(21));
  } finally {
    socket.destroy();
  }
}

/** Runs `work` with the uri of a proxy that can drop the next reply to a findAndModify and close the connection. */
export async function withProxy<T>(
  port: number,
  work: (uri: string, loseNextReply: () => void) => Promise<T>,
): Promise<T> {
  let isLosing = false;
  const sockets: Socket[] = [];
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.push(near, far);
    let isLost = false;
    near.on('data', (request) => {
      if (isLosing && request.includes('findAndModify')) {
        isLost = true;
        isLosing = false;
      }
      far.write(request);
    });
    far.on('data', (reply) => (isLost ? near.destroy() : near.write(reply)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('close', () => other.destroy());
      socket.on('error', () => undefined);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  try {
    const uri = `mongodb://127.0.0.1:${(proxy.address() as AddressInfo).port}/?directConnection=true`;
    return await work(uri, () => (isLosing = true));
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
}
