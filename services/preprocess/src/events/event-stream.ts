import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** A comment this often keeps proxies and ourselves from taking a quiet line for a dead one. */
const HEARTBEAT_MS = 15_000;

/** A client that has not read for so many heartbeats is gone, or as good as gone. */
const PATIENCE_BEATS = 4;

/** A stream ends after so long, and the client opens another one: with a key or log-in that is still good. */
const LIFETIME_MS = 3_600_000;

/** How long a client waits before it opens the next stream. */
const RETRY_MS = 2_000;

/**
 * One answer as a stream of server-sent events (HTML Standard, section 9.2). Of what a slow client has not read yet only
 * the latest of each kind is kept, so it takes little memory however slow it is; what it misses is out of date.
 */
export class EventStream {
  /** Texts that wait for the client to read, by kind. */
  private readonly waiting = new Map<string, string>();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;
  private ending = false;
  private missedBeats = 0;

  constructor(private readonly response: Response) {
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no', // nginx would keep it until there is more
    });
    this.heartbeat = setInterval(() => {
      this.beat();
    }, HEARTBEAT_MS).unref();
    this.end = setTimeout(() => {
      this.close();
    }, LIFETIME_MS).unref();
    response.on('drain', () => {
      this.flush();
    });
    this.onClose(() => {
      clearInterval(this.heartbeat);
      clearTimeout(this.end);
    });
    this.write(`retry: ${RETRY_MS}\n\n`);
    if (response.req.method === 'HEAD') this.close();
  }

  /**
   * @param data is sent as JSON
   * @param options.kind of events of which only the latest counts; else the name of the event
   * @param options.id is what a client that comes again says it has seen, as `Last-Event-ID`
   */
  send(event: string, data: unknown, options: { kind?: string; id?: string } = {}): void {
    const { kind = event, id } = options;
    this.waiting.delete(kind); // the order is that of the latest ones
    this.waiting.set(
      kind,
      `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
    );
    this.flush();
  }

  /** Ends it, once the client has got all that waits. */
  close(): void {
    this.ending = true;
    this.flush();
  }

  /** Ends it now; a client that does not read at the moment is cut off. */
  stop(): void {
    this.waiting.clear();
    if (this.response.writableNeedDrain) this.response.destroy();
    else this.close();
  }

  /** Calls back once, when it has ended in whatever way. */
  onClose(done: () => void): void {
    if (this.response.closed) done();
    else this.response.once('close', done);
  }

  private flush(): void {
    for (const [kind, text] of this.waiting) {
      if (this.response.writableNeedDrain) return;
      this.waiting.delete(kind);
      this.write(text);
    }
    if (this.ending && !this.response.writableEnded) this.response.end();
  }

  private beat(): void {
    this.missedBeats = this.response.writableNeedDrain ? this.missedBeats + 1 : 0;
    if (this.missedBeats >= PATIENCE_BEATS) this.response.destroy();
    else if (this.missedBeats === 0) this.write(':\n\n');
  }

  private write(text: string): void {
    if (!this.response.writableEnded && !this.response.destroyed) this.response.write(text);
  }
}

/** A short name for the state that an event tells. */
export function idOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 22);
}
