import { Module, type DynamicModule } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { InferConfig } from '#config';
import { CoreModule, database, volume } from '#service';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { DEPENDENCIES, HealthController } from '#telemetry';
import { Workspace } from '#workspace';
import { DetectHandler } from './detect.handler';
import { DetectorService } from './detector.service';

/** Frames -> txts. */
@Module({})
export class InferModule {
  static register(config: InferConfig): DynamicModule {
    return {
      module: InferModule,
      imports: [CoreModule.register(config)],
      controllers: [HealthController],
      providers: [
        { provide: DetectorService, useFactory: () => new DetectorService(config) },
        { provide: TIMELINE, useValue: new HttpTimeline(config.TIMELINE_URL) },
        {
          provide: DEPENDENCIES,
          inject: [getConnectionToken(), Workspace, DetectorService],
          useFactory: (connection: Connection, workspace: Workspace, detector: DetectorService) => [
            database(connection),
            volume(workspace),
            detector.dependency,
          ],
        },
        DetectHandler,
        stageWorker(DetectHandler),
      ],
    };
  }
}
