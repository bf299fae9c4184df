import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Request, type ServerInfo } from './commands/request';
import { runCommand } from './commands/table';
import { Cursors } from './cursors';
import { toCommandError } from './errors';
import { lockDirectory } from './lock';
import { Store } from './store';
import type { Document } from './value';
import { type Message, MessageReader, reply, WireProtocolError } from './wire';

export interface EmbeddedMongoOptions {
  /** Directory of the data; created if missing. One process at a time can use it. */
  readonly dataDir: string;
  /** Listen address, default 127.0.0.1 (there is no authentication). */
  readonly host?: string;
  /** Listen port, default 27117; 0 for any free one. */
  readonly port?: number;
  /** Receives occasional lines for operators. */
  readonly logger?: (line: string) => void;
  /** Compact the log if it is longer than this, in bytes (default 16 MiB), and than twice the data. */
  readonly compactAfterBytes?: number;
  /** Interval of the TTL and cursor clean-up, in ms (default 60,000, as in MongoDB). */
  readonly sweepIntervalMs?: number;
}

/** A server for the MongoDB protocol in this process, for laptops and tests. See the README. */
export class EmbeddedMongo {
  readonly port: number;
  readonly uri: string;
  /** Resolves when the server has stopped, with the error if a failed write to the disk stopped it. */
  readonly stopped: Promise<Error | undefined>;
  private readonly cursors = new Cursors();
  private readonly sockets = new Set<Socket>();
  private readonly info: ServerInfo;
  private readonly sweeper: NodeJS.Timeout;
  private settleStopped: (reason: Error | undefined) => void = () => undefined;
  private closing: Promise<void> | undefined;
  private connections = 0;

  private constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly unlock: () => Promise<void>,
    private readonly logger: (line: string) => void,
    sweepIntervalMs: number,
  ) {
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    this.port = port;
    this.uri = `mongodb://${host}:${port}/?directConnection=true`;
    this.info = {
      address: `${host}:${port}`,
      startedAt: new Date(),
      connections: 0,
    };
    this.stopped = new Promise((settle) => (this.settleStopped = settle));
    this.sweeper = setInterval(() => {
      this.sweep();
    }, sweepIntervalMs).unref();
    server.on('connection', (socket) => {
      this.serve(socket);
    });
  }

  /**
   * Opens the data directory and listens.
   * @throws DataDirectoryInUseError, CorruptLogError, or the error of the operating system if it cannot listen
   */
  static async open(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
    const { dataDir, host = '127.0.0.1', port = 27117, logger = () => undefined } = options;
    const { compactAfterBytes = 16 * 1024 * 1024, sweepIntervalMs = 60_000 } = options;
    const unlock = await lockDirectory(dataDir);
    let store: Store | undefined;
    try {
      store = await Store.open({ directory: join(dataDir, 'data'), compactAfterBytes, logger });
      const server = createServer({ noDelay: true });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, resolve);
      });
      return new EmbeddedMongo(store, server, unlock, logger, sweepIntervalMs);
    } catch (error) {
      await store?.close();
      await unlock();
      throw error;
    }
  }

  /** Stops: closes all connections, syncs all writes and unlocks the data directory. */
  close(): Promise<void> {
    return this.stop(undefined);
  }

  private stop(reason: Error | undefined): Promise<void> {
    this.closing ??= (async () => {
      clearInterval(this.sweeper);
      const closed = new Promise<void>((resolve) =>
        this.server.close(() => {
          resolve();
        }),
      );
      for (const socket of this.sockets) socket.destroy();
      await closed;
      await this.store.close();
      await this.unlock();
      this.settleStopped(reason);
    })();
    return this.closing;
  }

  private serve(socket: Socket): void {
    const connectionId = ++this.connections;
    const reader = new MessageReader();
    this.sockets.add(socket);
    this.info.connections = this.sockets.size;
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.info.connections = this.sockets.size;
    });
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk)) void this.answer(socket, message, connectionId);
      } catch (error) {
        const reason = error instanceof WireProtocolError ? error.message : String(error);
        this.logger(`Closed connection ${connectionId}: ${reason}`);
        socket.destroy();
      }
    });
  }

  private async answer(socket: Socket, message: Message, connectionId: number): Promise<void> {
    const { body, writes } = this.execute(message, connectionId);
    if (writes) {
      try {
        await this.store.commit();
      } catch (error) {
        // The memory now differs from the disk, so no reply may be based on it.
        this.logger(`Stopped: the data directory cannot be written: ${String(error)}`);
        void this.stop(error instanceof Error ? error : new Error(String(error)));
        return;
      }
    }
    if (!message.isUnanswered && !socket.destroyed) socket.write(encodeReply(message, body));
  }

  private execute(message: Message, connectionId: number): { body: Document; writes: boolean } {
    try {
      if (message.unreadable) throw message.unreadable;
      const request = new Request(
        message.body,
        this.store,
        this.cursors,
        this.info,
        connectionId,
        new Date(),
      );
      const { reply: result, writes } = runCommand(request);
      return { body: { ...result, ok: 1 }, writes };
    } catch (error) {
      if (error instanceof Error && toCommandError(error).codeName === 'InternalError') {
        this.logger(error.stack ?? error.message);
      }
      // A failed command may have written something, as an ordered batch can.
      return { body: errorBody(error), writes: true };
    }
  }

  private sweep(): void {
    this.cursors.expire();
    this.store.expire(new Date());
    this.store.commit().catch((error: unknown) => this.stop(error instanceof Error ? error : undefined));
  }
}

function errorBody(error: unknown): Document {
  const { code, codeName, message, details } = toCommandError(error);
  return { ok: 0, errmsg: message, code, codeName, ...details };
}

/** A result too large for a reply, for example of a large `distinct`, becomes the command's error. */
function encodeReply(message: Message, body: Document): Buffer {
  try {
    return reply(message, body);
  } catch (error) {
    return reply(message, errorBody(error));
  }
}
