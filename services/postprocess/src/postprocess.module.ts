import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { PostprocessConfig } from '#config';
import { ErrorFilter } from '#http';
import { checkFfmpeg } from '#media';
import { CoreModule, dependencies } from '#service';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { Workspace } from '#workspace';
import { AnnotateHandler } from './annotate.handler';

/** Frames + txts -> boxed frames -> AVI. */
@Module({})
export class PostprocessModule {
  static register(config: PostprocessConfig): DynamicModule {
    return {
      module: PostprocessModule,
      imports: [CoreModule.register(config)],
      controllers: [HealthController],
      providers: [
        {
          provide: APP_FILTER,
          useValue: new ErrorFilter({ tooLarge: 'That is more than this service takes.' }),
        },
        { provide: TIMELINE, useValue: new HttpTimeline(config.TIMELINE_URL, config.SERVICE_TOKEN) },
        dependencies(() => ({ name: 'ffmpeg', check: checkFfmpeg })),
        {
          provide: AnnotateHandler,
          inject: [Workspace],
          useFactory: (workspace: Workspace) => new AnnotateHandler(workspace, config),
        },
        stageWorker(AnnotateHandler),
      ],
    };
  }
}
