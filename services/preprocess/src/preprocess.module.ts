import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import type { PreprocessConfig } from '#config';
import { ErrorFilter } from '#http';
import { JobRepository } from '#jobs';
import { checkFfmpeg } from '#media';
import { CoreModule, countJobs, dependencies } from '#service';
import { LocalTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { Workspace } from '#workspace';
import { JobsController } from './api/jobs.controller';
import { ClusterPageController } from './cluster/cluster-page.controller';
import { DeploymentsController } from './cluster/deployments.controller';
import { scalerProvider } from './cluster/scaler.provider';
import { DetectController } from './detect/detect.controller';
import { InferClient } from './detect/infer.client';
import { SplitHandler } from './frames/split.handler';
import { IncomingSweeper } from './intake/incoming-sweeper';
import { DEFAULT_SCORE, IntakeService } from './intake/intake.service';
import { LIMITS, tooLarge } from './intake/limits';
import { VideoFileService } from './intake/video-file.service';
import { Catalogue } from './models/catalogue';
import { ModelsController } from './models/models.controller';
import { PagesController } from './pages/pages.controller';
import { TimelineController } from './timeline/timeline.controller';

/** Pages, JSON API and timeline; mp4 -> frames. */
@Module({})
export class PreprocessModule {
  constructor(registry: Registry, jobs: JobRepository) {
    countJobs(registry, jobs);
  }

  static register(config: PreprocessConfig): DynamicModule {
    return {
      module: PreprocessModule,
      imports: [CoreModule.register(config)],
      controllers: [
        HealthController,
        TimelineController,
        JobsController,
        DetectController,
        ModelsController,
        DeploymentsController,
        ClusterPageController,
        PagesController,
      ],
      providers: [
        {
          provide: APP_FILTER,
          useValue: new ErrorFilter({
            page: 'error',
            tooLarge: tooLarge(config).message,
          }),
        },
        { provide: InferClient, useValue: new InferClient(config.INFER_URL) },
        { provide: LIMITS, useValue: config },
        IncomingSweeper,
        IntakeService,
        { provide: DEFAULT_SCORE, useValue: config.SCORE_THRESHOLD },
        { provide: Catalogue, useValue: new Catalogue(config.MODELS_DIR, config.MODEL) },
        VideoFileService,
        scalerProvider(config),
        {
          provide: TIMELINE,
          inject: [JobRepository],
          useFactory: (jobs: JobRepository) => new LocalTimeline(jobs),
        },
        dependencies(() => ({ name: 'ffmpeg', check: checkFfmpeg })),
        {
          provide: SplitHandler,
          inject: [Workspace],
          useFactory: (workspace: Workspace) => new SplitHandler(workspace, config),
        },
        stageWorker(SplitHandler),
      ],
    };
  }
}
