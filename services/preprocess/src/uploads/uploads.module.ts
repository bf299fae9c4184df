import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { PartialUploads, Workspace } from '#workspace';
import { JobsApiModule } from '../jobs/jobs.module';
import { ModelsModule } from '../models/models.module';
import { HOUR_MS } from '../time';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { TusService } from './tus.service';
import { UploadStore } from './upload-store';
import { UploadsController } from './uploads.controller';
import { UploadsService } from './uploads.service';

/** Resumable uploads. */
@Module({
  imports: [JobsApiModule, ModelsModule, WebhooksModule],
  controllers: [UploadsController],
  providers: [
    TusService,
    UploadsService,
    {
      provide: PartialUploads,
      inject: [Workspace],
      useFactory: (workspace: Workspace) => new PartialUploads(workspace),
    },
    {
      provide: UploadStore,
      inject: [PartialUploads, CONFIG],
      useFactory: (partials: PartialUploads, config: PreprocessConfig) =>
        new UploadStore(partials, config.UPLOAD_KEEP_HOURS * HOUR_MS),
    },
  ],
})
export class UploadsModule {}
