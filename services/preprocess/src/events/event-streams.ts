import { ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import { EventStream } from './event-stream';

/** The open event streams of this replica: at most `max`, none after shutdown begins. */
export class EventStreams implements OnModuleDestroy {
  private readonly open = new Set<EventStream>();
  private stopped = false;

  constructor(private readonly max: number) {}

  /** @throws ServiceUnavailableException if `max` streams are open or the service is stopping */
  begin(response: Response): EventStream {
    if (this.stopped) throw new ServiceUnavailableException('This server is stopping. Try again soon.');
    if (this.open.size >= this.max) {
      throw new ServiceUnavailableException(
        `Too many open event streams: the limit is ${this.max} (EVENT_STREAMS_MAX). Try again later.`,
      );
    }
    const stream = new EventStream(response);
    this.open.add(stream);
    stream.onClose(() => this.open.delete(stream));
    return stream;
  }

  /** Close streams at shutdown; clients reconnect to another replica. */
  onModuleDestroy(): void {
    this.stopped = true;
    for (const stream of this.open) stream.stop();
  }
}
