import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { PostprocessConfig } from '#config';
import { checkFfmpeg } from '#media';
import { CONFIG, CoreModule, ErrorFilter, dependencies } from '#platform';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { AnnotateHandler } from './annotate.handler';
import { Mp4Renderer } from './mp4/mp4-renderer';
import { renderingWorker } from './mp4/rendering-worker';

/** The last stage: frames + txts -> annotated frames -> AVI; and MP4s on request. */
@Module({
  imports: [CoreModule],
  controllers: [HealthController],
  providers: [
    {
      provide: APP_FILTER,
      useValue: new ErrorFilter({ tooLarge: 'The request is too large.' }),
    },
    {
      provide: TIMELINE,
      inject: [CONFIG],
      useFactory: (config: PostprocessConfig) => new HttpTimeline(config.TIMELINE_URL, config.SERVICE_TOKEN),
    },
    dependencies(() => ({ name: 'ffmpeg', check: checkFfmpeg })),
    AnnotateHandler,
    stageWorker(AnnotateHandler),
    Mp4Renderer,
    renderingWorker,
  ],
})
export class PostprocessModule {}
