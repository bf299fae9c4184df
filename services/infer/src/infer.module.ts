import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { InferConfig } from '#config';
import { CONFIG, CoreModule, ErrorFilter, MAX_IMAGE_BYTES, dependencies } from '#platform';
import { HttpTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { DetectHandler } from './detect.handler';
import { EngineModule } from './engine.module';
import { EngineService } from './engine.service';
import { ImagesModule } from './images/images.module';

/** The second stage (frames to detections) and the image endpoint (images to detections). */
@Module({
  imports: [CoreModule, EngineModule, ImagesModule],
  controllers: [HealthController],
  providers: [
    {
      provide: APP_FILTER,
      useValue: new ErrorFilter({
        tooLarge: `An image is too large: the limit is ${MAX_IMAGE_BYTES / 1024 ** 2} MB.`,
      }),
    },
    {
      provide: TIMELINE,
      inject: [CONFIG],
      useFactory: (config: InferConfig) => new HttpTimeline(config.TIMELINE_URL, config.SERVICE_TOKEN),
    },
    dependencies((engine) => engine.dependency, EngineService),
    DetectHandler,
    stageWorker(DetectHandler),
  ],
})
export class InferModule {}
