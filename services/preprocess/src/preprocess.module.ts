import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import type { PreprocessConfig } from '#config';
import { JobRepository } from '#jobs';
import { checkFfmpeg } from '#media';
import { CONFIG, CoreModule, ErrorFilter, countJobs, dependencies } from '#platform';
import { HealthController } from '#telemetry';
import { FEATURES } from './features';
import { tooLarge } from './intake/limits';

/** Pages, JSON API and timeline; the first stage: mp4 -> frames. */
@Module({
  imports: [CoreModule, ...FEATURES],
  controllers: [HealthController],
  providers: [
    {
      provide: APP_FILTER,
      inject: [CONFIG],
      useFactory: (config: PreprocessConfig) =>
        new ErrorFilter({ page: 'error', tooLarge: tooLarge(config).message }),
    },
    // Stays ready on a full volume, because users delete jobs in its pages.
    dependencies(() => ({ name: 'ffmpeg', check: checkFfmpeg }), undefined, { needsSpace: false }),
  ],
})
export class PreprocessModule {
  constructor(registry: Registry, jobs: JobRepository) {
    countJobs(registry, jobs);
  }
}
