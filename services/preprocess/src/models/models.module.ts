import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { Catalogue } from './catalogue';
import { ModelsController } from './models.controller';

/** The available models. */
@Module({
  controllers: [ModelsController],
  providers: [
    {
      provide: Catalogue,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) => new Catalogue(config.MODELS_DIR, config.MODEL),
    },
  ],
  exports: [Catalogue],
})
export class ModelsModule {}
