import { Module, type DynamicModule } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { PostprocessConfig } from '#config';
import { checkFfmpeg } from '#media';
import { CoreModule, database, volume } from '#service';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { DEPENDENCIES, HealthController } from '#telemetry';
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
        { provide: TIMELINE, useValue: new HttpTimeline(config.TIMELINE_URL) },
        {
          provide: DEPENDENCIES,
          inject: [getConnectionToken(), Workspace],
          useFactory: (connection: Connection, workspace: Workspace) => [
            database(connection),
            volume(workspace),
            { name: 'ffmpeg', check: checkFfmpeg },
          ],
        },
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
