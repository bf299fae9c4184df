import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { EventStreams } from './event-streams';
import { EventsController } from './events.controller';
import { EventsHub } from './events-hub';

/** Changes of jobs as server-sent events. */
@Module({
  controllers: [EventsController],
  providers: [
    EventsHub,
    {
      provide: EventStreams,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) => new EventStreams(config.EVENT_STREAMS_MAX),
    },
  ],
  exports: [EventsHub, EventStreams],
})
export class EventsModule {}
