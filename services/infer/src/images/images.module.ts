import { Module } from '@nestjs/common';
import type { InferConfig } from '#config';
import { CONFIG } from '#platform';
import { EngineModule } from '../engine.module';
import { EngineService } from '../engine.service';
import { ImageUrls } from './image-urls';
import { ImagesController } from './images.controller';
import { ImagesService } from './images.service';

/** Images -> detections, synchronously. */
@Module({
  imports: [EngineModule],
  controllers: [ImagesController],
  providers: [
    {
      provide: ImagesService,
      inject: [EngineService, CONFIG],
      useFactory: ({ engine }: EngineService, config: InferConfig) => new ImagesService(engine, config),
    },
    {
      provide: ImageUrls,
      inject: [CONFIG],
      useFactory: (config: InferConfig) => new ImageUrls(config),
    },
  ],
})
export class ImagesModule {}
