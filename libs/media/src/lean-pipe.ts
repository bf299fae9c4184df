import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes read at once. */
const CHUNK = 1024 * 1024;

/** A pipe from another process whose data arrives in one buffer that is used again and again. */
export interface LeanPipe {
  /** The other process's end: hand it over as its stdout, then destroy it here. */
  readonly writeEnd: Socket;
  /** What arrives. Each chunk is valid until the next one is asked for; nothing is read before that. */
  readonly chunks: AsyncGenerator<Buffer, void, undefined>;
}

/**
 * A child's ordinary stdout allocates 64 KB outside V8's heap for every read. At the rate of raw video that alone
 * makes V8 collect its whole heap every 20 frames or so, which was measured at a third of the stage's CPU time.
 * Node reads into a buffer of ours only from sockets that we connect, hence this pair of connected sockets.
 */
export async function openLeanPipe(): Promise<LeanPipe> {
  const server = createServer();
  const path = address();
  server.listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const chunks = connectLean(path);
  const [writeEnd] = (await accepted) as [Socket];
  server.close();
  return { writeEnd, chunks };
}

/** An abstract address, which needs no file and ends with its sockets, where the system has them. */
function address(): string {
  const name = `boxreel-${randomUUID()}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), name);
}

function connectLean(path: string): LeanPipe['chunks'] {
  let chunk: Buffer | undefined;
  let wake: () => void = () => undefined;
  const callback = (length: number, buffer: Uint8Array): boolean => {
    chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
    wake();
    return false; // no more until the next chunk is asked for
  };
  const socket = connect({ path, onread: { buffer: Buffer.allocUnsafeSlow(CHUNK), callback } });
  let failure: Error | undefined;
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => {
    wake();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (chunk || socket.destroyed) resolve();
    });
  async function* chunks(): LeanPipe['chunks'] {
    try {
      for (;;) {
        await next();
        if (!chunk) break;
        const arrived = chunk;
        chunk = undefined;
        yield arrived;
        socket.resume();
      }
    } finally {
      socket.destroy();
    }
    if (failure) throw failure;
  }
  return chunks();
}
