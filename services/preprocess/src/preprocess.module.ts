import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Gate, createGate } from '#access';
import type { PreprocessConfig } from '#config';
import { ErrorFilter } from '#http';
import { FinishedJobs, JobRepository } from '#jobs';
import { checkFfmpeg } from '#media';
import { CoreModule, countJobs, dependencies } from '#service';
import { LocalTimeline, TIMELINE, stageWorker } from '#stage';
import { HealthController } from '#telemetry';
import { PartialUploads, Workspace } from '#workspace';
import { LOGIN_PATH, LoginController, SESSION_MS } from './access/login.controller';
import { JobsController } from './api/jobs.controller';
import { RestartService } from './api/restart.service';
import { SubmissionService } from './api/submission.service';
import { ClusterPageController } from './cluster/cluster-page.controller';
import { DeploymentsController } from './cluster/deployments.controller';
import { scalerProvider } from './cluster/scaler.provider';
import { DetectController } from './detect/detect.controller';
import { InferClient } from './detect/infer.client';
import { SplitHandler } from './frames/split.handler';
import { Housekeeper } from './housekeeping/housekeeper';
import { DEFAULT_SCORE, IntakeService } from './intake/intake.service';
import { LIMITS, tooLarge } from './intake/limits';
import { VideoFileService } from './intake/video-file.service';
import { Catalogue } from './models/catalogue';
import { ModelsController } from './models/models.controller';
import { PagesController } from './pages/pages.controller';
import { UPLOAD_FACTS, uploadFacts } from './pages/upload-facts';
import { TimelineController } from './timeline/timeline.controller';
import { TusService } from './uploads/tus.service';
import { UploadStore } from './uploads/upload-store';
import { UploadsController } from './uploads/uploads.controller';
import { UploadsService } from './uploads/uploads.service';

const HOUR_MS = 3_600_000;

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
        LoginController,
        TimelineController,
        JobsController,
        DetectController,
        ModelsController,
        DeploymentsController,
        ClusterPageController,
        UploadsController,
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
        { provide: Gate, useValue: createGate(config, LOGIN_PATH) },
        { provide: SESSION_MS, useValue: config.SESSION_HOURS * HOUR_MS },
        { provide: InferClient, useValue: new InferClient(config.INFER_URL, config.SERVICE_TOKEN) },
        { provide: LIMITS, useValue: config },
        { provide: UPLOAD_FACTS, useValue: uploadFacts(config) },
        IntakeService,
        RestartService,
        SubmissionService,
        TusService,
        UploadsService,
        {
          provide: PartialUploads,
          inject: [Workspace],
          useFactory: (workspace: Workspace) => new PartialUploads(workspace),
        },
        {
          provide: UploadStore,
          inject: [PartialUploads],
          useFactory: (partials: PartialUploads) =>
            new UploadStore(partials, config.UPLOAD_KEEP_HOURS * HOUR_MS),
        },
        { provide: DEFAULT_SCORE, useValue: config.SCORE_THRESHOLD },
        { provide: Catalogue, useValue: new Catalogue(config.MODELS_DIR, config.MODEL) },
        VideoFileService,
        scalerProvider(config),
        {
          provide: TIMELINE,
          inject: [JobRepository],
          useFactory: (jobs: JobRepository) => new LocalTimeline(jobs),
        },
        {
          provide: Housekeeper,
          inject: [FinishedJobs, Workspace],
          useFactory: (jobs: FinishedJobs, workspace: Workspace) =>
            new Housekeeper(jobs, workspace, {
              intervalMs: config.HOUSEKEEPING_MS,
              leftoverMs: config.LEFTOVER_MS,
              partialMs: config.UPLOAD_KEEP_HOURS * HOUR_MS,
              maxAgeMs: config.RETENTION_HOURS === undefined ? undefined : config.RETENTION_HOURS * HOUR_MS,
              maxBytes: config.RETENTION_MB === undefined ? undefined : config.RETENTION_MB * 1e6,
            }),
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
