import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { DetectController } from './detect.controller';
import { InferClient } from './infer.client';

/** Detection on images, forwarded to infer. */
@Module({
  controllers: [DetectController],
  providers: [
    {
      provide: InferClient,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) => new InferClient(config.INFER_URL, config.SERVICE_TOKEN),
    },
  ],
})
export class DetectModule {}
