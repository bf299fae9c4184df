import { Module } from '@nestjs/common';
import { JobRepository } from '#jobs';
import { LocalTimeline, TIMELINE } from '#stage';
import { TimelineController } from './timeline.controller';

/** The timeline: over HTTP for the other services, and directly for the stage of this service. */
@Module({
  controllers: [TimelineController],
  providers: [
    {
      provide: TIMELINE,
      inject: [JobRepository],
      useFactory: (jobs: JobRepository) => new LocalTimeline(jobs),
    },
  ],
  exports: [TIMELINE],
})
export class TimelineModule {}
