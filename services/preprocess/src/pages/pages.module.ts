import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HousekeepingModule } from '../housekeeping/housekeeping.module';
import { IntakeModule } from '../intake/intake.module';
import { JobsApiModule } from '../jobs/jobs.module';
import { LayoutsModule } from '../layouts/layouts.module';
import { MediaModule } from '../media/media.module';
import { ModelsModule } from '../models/models.module';
import { Mp4Module } from '../mp4/mp4.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { ActionsController } from './actions.controller';
import { BatchController } from './batch.controller';
import { JobPageController } from './job-page.controller';
import { Mp4FormController } from './mp4-form.controller';
import { ResultsController } from './results.controller';
import { UploadPageController } from './upload-page.controller';

/** The HTML pages: upload, results and jobs. */
@Module({
  imports: [
    EventsModule,
    HousekeepingModule,
    IntakeModule,
    JobsApiModule,
    LayoutsModule,
    MediaModule,
    ModelsModule,
    Mp4Module,
    WebhooksModule,
  ],
  // Actions last: their paths start with a parameter and also match those of the others.
  controllers: [
    UploadPageController,
    ResultsController,
    BatchController,
    JobPageController,
    Mp4FormController,
    ActionsController,
  ],
})
export class PagesModule {}
