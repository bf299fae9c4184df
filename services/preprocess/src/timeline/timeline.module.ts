import { Module } from '@nestjs/common';
import { JobRepository } from '#jobs';
import { LocalTimeline, TIMELINE } from '#stage';
import { TimelineController } from './timeline.controller';

/** The timeline, for the other services over HTTP and for the stage of this one. */
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
