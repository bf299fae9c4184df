import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { IntakeService } from './intake.service';
import { SampleService } from './sample.service';

/** Turns a received file and its form into a job. */
@Module({
  imports: [ModelsModule, WebhooksModule],
  providers: [IntakeService, SampleService],
  exports: [IntakeService, SampleService],
})
export class IntakeModule {}
