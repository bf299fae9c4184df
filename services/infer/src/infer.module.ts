import { Module, type DynamicModule } from '@nestjs/common';
import type { InferConfig } from '#config';
import { CoreModule, dependencies } from '#service';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { DetectHandler } from './detect.handler';
import { EngineService } from './engine.service';

/** Frames -> txts. */
@Module({})
export class InferModule {
  static register(config: InferConfig): DynamicModule {
    return {
      module: InferModule,
      imports: [CoreModule.register(config)],
      controllers: [HealthController],
      providers: [
        { provide: EngineService, useFactory: () => new EngineService(config) },
        { provide: TIMELINE, useValue: new HttpTimeline(config.TIMELINE_URL) },
        dependencies((engine) => engine.dependency, EngineService),
        DetectHandler,
        stageWorker(DetectHandler),
      ],
    };
  }
}
