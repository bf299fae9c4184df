import { Module } from '@nestjs/common';
import { HousekeepingModule } from '../housekeeping/housekeeping.module';
import { IntakeModule } from '../intake/intake.module';
import { JobsController } from './jobs.controller';
import { RestartService } from './restart.service';
import { SubmissionService } from './submission.service';

/** The JSON API of jobs. */
@Module({
  imports: [HousekeepingModule, IntakeModule],
  controllers: [JobsController],
  providers: [RestartService, SubmissionService],
  exports: [RestartService, SubmissionService],
})
export class JobsApiModule {}
