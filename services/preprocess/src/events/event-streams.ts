import { ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import { EventStream } from './event-stream';

/** The streams that this replica keeps open: not more than so many, and none once it is told to stop. */
export class EventStreams implements OnModuleDestroy {
  private readonly open = new Set<EventStream>();
  private stopped = false;

  constructor(private readonly max: number) {}

  /** @throws ServiceUnavailableException when there are too many already, or the service stops */
  begin(response: Response): EventStream {
    if (this.stopped) throw new ServiceUnavailableException('This server is about to stop: come again soon.');
    if (this.open.size >= this.max) {
      throw new ServiceUnavailableException(
        `There are ${this.max} streams of events open, and no more are allowed (EVENT_STREAMS_MAX): come again later.`,
      );
    }
    const stream = new EventStream(response);
    this.open.add(stream);
    stream.onClose(() => this.open.delete(stream));
    return stream;
  }

  /** The first step of a stop: it must not wait for clients that listen, and those find another replica. */
  onModuleDestroy(): void {
    this.stopped = true;
    for (const stream of this.open) stream.stop();
  }
}
