import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { JobCallbacks } from './callbacks';
import { FinishedJobs } from './finished-jobs';
import { JobRepository } from './job.repository';
import { Job, JobSchema } from './job.schema';
import { LayoutPreset, LayoutPresetSchema } from './layout-preset.schema';
import { LayoutPresets } from './layout-presets';
import { Rendering, RenderingSchema } from './rendering.schema';
import { Renderings } from './renderings';

/** Repositories of jobs. Needs `DatabaseModule`. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Job.name, schema: JobSchema },
      { name: Rendering.name, schema: RenderingSchema },
      { name: LayoutPreset.name, schema: LayoutPresetSchema },
    ]),
  ],
  providers: [JobRepository, FinishedJobs, JobCallbacks, Renderings, LayoutPresets],
  exports: [JobRepository, FinishedJobs, JobCallbacks, Renderings, LayoutPresets],
})
export class JobsModule {}
