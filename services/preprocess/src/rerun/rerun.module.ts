import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { RerunController } from './rerun.controller';
import { RerunPageController } from './rerun-page.controller';
import { RerunService } from './rerun.service';

/** Runs the video of a job again with other options. */
@Module({
  imports: [ModelsModule, WebhooksModule],
  controllers: [RerunController, RerunPageController],
  providers: [RerunService],
})
export class RerunModule {}
