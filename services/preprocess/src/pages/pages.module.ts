import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module';
import { HousekeepingModule } from '../housekeeping/housekeeping.module';
import { IntakeModule } from '../intake/intake.module';
import { JobsApiModule } from '../jobs/jobs.module';
import { MediaModule } from '../media/media.module';
import { ModelsModule } from '../models/models.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { ActionsController } from './actions.controller';
import { JobPageController } from './job-page.controller';
import { ResultsController } from './results.controller';
import { UploadPageController } from './upload-page.controller';

/** The pages of the upload, the table of jobs and the single job. */
@Module({
  imports: [
    EventsModule,
    HousekeepingModule,
    IntakeModule,
    JobsApiModule,
    MediaModule,
    ModelsModule,
    WebhooksModule,
  ],
  // actions last: their paths begin with the id of a job, and match the others, too
  controllers: [UploadPageController, ResultsController, JobPageController, ActionsController],
})
export class PagesModule {}
