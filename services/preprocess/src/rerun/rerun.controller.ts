import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { jobSchema, refTo, rerunSchema, type JobResource } from '#contract';
import { ApiErrors } from '#platform';
import type { Fields } from '../intake/job-options';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { JobId } from '../jobs/job-id.pipe';
import { toResource } from '../jobs/job.resource';
import { RerunService } from './rerun.service';

const LOCATION = {
  Location: { description: 'address of the new job', schema: { type: 'string' } },
} as const;

/** The JSON API for running a video again. */
@ApiTags('jobs')
@Controller('api/jobs')
@Access('user')
export class RerunController {
  constructor(private readonly reruns: RerunService) {}

  @Post(':id/rerun')
  @ApiOperation({ summary: 'Run the video of a job again with other options' })
  @ApiBody({ schema: refTo(rerunSchema), required: false })
  @ApiCreatedResponse({
    schema: refTo(jobSchema),
    description: 'the new job; nothing is uploaded or decoded again',
    headers: LOCATION,
  })
  @ApiErrors({
    ...JOB_ERRORS,
    400: 'unknown model or class, or an invalid field; lists all errors',
    409: 'the job has not ended, or its source is missing',
    507: 'the volume is full',
  })
  async rerun(
    @JobId() id: string,
    @Body() fields: Fields | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobResource> {
    const job = toResource(await this.reruns.rerun(id, fields ?? {}));
    response.location(`/api/jobs/${job.id}`);
    return job;
  }
}
