import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { JobCallbacks } from './callbacks';
import { FinishedJobs } from './finished-jobs';
import { JobRepository } from './job.repository';
import { Job, JobSchema } from './job.schema';

/** Repositories of jobs. Needs `DatabaseModule`. */
@Module({
  imports: [MongooseModule.forFeature([{ name: Job.name, schema: JobSchema }])],
  providers: [JobRepository, FinishedJobs, JobCallbacks],
  exports: [JobRepository, FinishedJobs, JobCallbacks],
})
export class JobsModule {}
