import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** A comment this often keeps proxies and this server from closing an idle connection. */
const HEARTBEAT_MS = 15_000;

/** Disconnects a client that has read nothing for this many heartbeats. */
const MAX_MISSED_BEATS = 4;

/** A stream ends after this long. The client reconnects, which checks its key or session again. */
const LIFETIME_MS = 3_600_000;

/** How long a client waits before it reconnects. */
const RETRY_MS = 2_000;

/**
 * One response as a stream of server-sent events (HTML Standard, section 9.2). For a slow client it keeps only the
 * latest unread event of each kind, which bounds its memory; older events are out of date.
 */
export class EventStream {
  /** Unread events by kind. */
  private readonly waiting = new Map<string, string>();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;
  private ending = false;
  private missedBeats = 0;

  constructor(private readonly response: Response) {
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no', // stops nginx from buffering
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
   * @param data sent as JSON
   * @param options.kind only the latest event of a kind is kept; default: the name of the event
   * @param options.id sent back by a reconnecting client as `Last-Event-ID`
   */
  send(event: string, data: unknown, options: { kind?: string; id?: string } = {}): void {
    const { kind = event, id } = options;
    this.waiting.delete(kind); // moves the kind to the end
    this.waiting.set(
      kind,
      `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
    );
    this.flush();
  }

  /** Ends the stream once the client has read all events. */
  close(): void {
    this.ending = true;
    this.flush();
  }

  /** Ends the stream now; disconnects a client that is not reading. */
  stop(): void {
    this.waiting.clear();
    if (this.response.writableNeedDrain) this.response.destroy();
    else this.close();
  }

  /** Calls back once when the stream has ended, for whatever reason. */
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
    if (this.missedBeats >= MAX_MISSED_BEATS) this.response.destroy();
    else if (this.missedBeats === 0) this.write(':\n\n');
  }

  private write(text: string): void {
    if (!this.response.writableEnded && !this.response.destroyed) this.response.write(text);
  }
}

/** The id of an event: a hash of its data. */
export function eventIdOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 22);
}
