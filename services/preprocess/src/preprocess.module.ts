import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Gate, createGate } from '#access';
import type { PreprocessConfig } from '#config';
import { ErrorFilter } from '#http';
import { FinishedJobs, JobCallbacks, JobRepository } from '#jobs';
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
import { EventStreams } from './events/event-streams';
import { EventsController } from './events/events.controller';
import { EventsHub } from './events/events-hub';
import { ExportsController } from './exports/exports.controller';
import { SplitHandler } from './frames/split.handler';
import { JobDeletion } from './housekeeping/deletion';
import { Housekeeper } from './housekeeping/housekeeper';
import { DEFAULT_SCORE, IntakeService } from './intake/intake.service';
import { LIMITS, tooLarge } from './intake/limits';
import { JobFiles } from './media/job-files.service';
import { MediaController } from './media/media.controller';
import { Catalogue } from './models/catalogue';
import { ModelsController } from './models/models.controller';
import { ActionsController } from './pages/actions.controller';
import { JobPageController } from './pages/job-page.controller';
import { ResultsController } from './pages/results.controller';
import { UploadPageController } from './pages/upload-page.controller';
import { UPLOAD_FACTS, uploadFacts } from './pages/upload-facts';
import { TimelineController } from './timeline/timeline.controller';
import { TusService } from './uploads/tus.service';
import { UploadStore } from './uploads/upload-store';
import { UploadsController } from './uploads/uploads.controller';
import { UploadsService } from './uploads/uploads.service';

const HOUR_MS = 3_600_000;
import { Callbacks } from './webhooks/callbacks';
import { WebhookDeliverer } from './webhooks/webhook-deliverer';
import { WebhookMetrics } from './webhooks/webhook-metrics';

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
        EventsController,
        JobsController,
        MediaController,
        ExportsController,
        DetectController,
        ModelsController,
        DeploymentsController,
        ClusterPageController,
        UploadsController,
        UploadPageController,
        ResultsController,
        JobPageController,
        ActionsController,
      ],
      providers: [
        {
          provide: APP_FILTER,
          useValue: new ErrorFilter({
            page: 'error',
            tooLarge: tooLarge(config).message,
          }),
        },
        { provide: Gate, useValue: createGate(config, LOGIN_PATH, config.BASE_PATH) },
        { provide: SESSION_MS, useValue: config.SESSION_HOURS * HOUR_MS },
        { provide: InferClient, useValue: new InferClient(config.INFER_URL, config.SERVICE_TOKEN) },
        { provide: LIMITS, useValue: config },
        { provide: UPLOAD_FACTS, useValue: uploadFacts(config) },
        IntakeService,
        {
          provide: Callbacks,
          useValue: new Callbacks(config.WEBHOOK_SECRET.length > 0, config.WEBHOOK_ALLOW_PRIVATE),
        },
        {
          provide: WebhookDeliverer,
          inject: [JobCallbacks, Registry, Callbacks],
          useFactory: (jobs: JobCallbacks, registry: Registry, { guard }: Callbacks) =>
            new WebhookDeliverer(jobs, new WebhookMetrics(registry), {
              secrets: config.WEBHOOK_SECRET,
              guard,
              attempts: config.WEBHOOK_ATTEMPTS,
              retryMs: config.WEBHOOK_RETRY_MS,
              pollMinMs: config.POLL_MIN_MS,
              pollMaxMs: config.POLL_MAX_MS,
            }),
        },
        EventsHub,
        { provide: EventStreams, useValue: new EventStreams(config.EVENT_STREAMS_MAX) },
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
        JobFiles,
        JobDeletion,
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
              orphanMs: config.ORPHAN_KEEP_HOURS * HOUR_MS,
              partialMs: config.UPLOAD_KEEP_HOURS * HOUR_MS,
              maxAgeMs: config.RETENTION_HOURS === undefined ? undefined : config.RETENTION_HOURS * HOUR_MS,
              maxBytes: config.RETENTION_MB === undefined ? undefined : config.RETENTION_MB * 1e6,
            }),
        },
        // On a full volume it stays ready: its pages are where jobs are deleted.
        dependencies(() => ({ name: 'ffmpeg', check: checkFfmpeg }), undefined, { needsSpace: false }),
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
