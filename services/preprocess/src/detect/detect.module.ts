import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { ModelsModule } from '../models/models.module';
import { DetectController } from './detect.controller';
import { ImagePageController } from './image-page.controller';
import { InferClient } from './infer.client';
import { PageImage } from './page-image';

/** Detection on images, forwarded to infer, and its page. */
@Module({
  imports: [ModelsModule],
  controllers: [DetectController, ImagePageController],
  providers: [
    PageImage,
    {
      provide: InferClient,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) => new InferClient(config.INFER_URL, config.SERVICE_TOKEN),
    },
  ],
})
export class DetectModule {}
