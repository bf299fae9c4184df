import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import type { InferConfig } from '#config';
import { ErrorFilter, MAX_IMAGE_BYTES } from '#http';
import { CoreModule, dependencies } from '#service';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { DetectHandler } from './detect.handler';
import { EngineService } from './engine.service';
import { ImageUpload } from './images/image-upload';
import { ImagesController } from './images/images.controller';
import { ImagesService } from './images/images.service';
import { EngineMetrics } from './metrics/engine-metrics';

/** Frames -> txts, as jobs; images -> detections, at once. */
@Module({})
export class InferModule {
  static register(config: InferConfig): DynamicModule {
    return {
      module: InferModule,
      imports: [CoreModule.register(config)],
      controllers: [HealthController, ImagesController],
      providers: [
        {
          provide: APP_FILTER,
          useValue: new ErrorFilter({
            tooLarge: `An image may have ${MAX_IMAGE_BYTES / 1024 ** 2} MB at most; one that was sent has more.`,
          }),
        },
        {
          provide: EngineService,
          inject: [Registry],
          useFactory: (registry: Registry) => {
            const metrics = new EngineMetrics(registry);
            const service = new EngineService(config, metrics);
            metrics.watch(() => service.engine.status);
            return service;
          },
        },
        ImageUpload,
        {
          provide: ImagesService,
          inject: [EngineService],
          useFactory: ({ engine }: EngineService) => new ImagesService(engine, config),
        },
        { provide: TIMELINE, useValue: new HttpTimeline(config.TIMELINE_URL, config.SERVICE_TOKEN) },
        dependencies((engine) => engine.dependency, EngineService),
        DetectHandler,
        stageWorker(DetectHandler),
      ],
    };
  }
}
