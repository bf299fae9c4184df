import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Post,
  Query,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import {
  jobListSchema,
  jobSchema,
  listQuerySchema,
  refTo,
  type JobListResource,
  type JobResource,
  type ListQuery,
} from '#contract';
import { JobRepository } from '#jobs';
import { ApiErrors, ApiQueryOf, SchemaPipe } from '#platform';
import { JobDeletion } from '../housekeeping/deletion';
import type { Fields } from '../intake/job-options';
import type { ReceivedFile } from '../intake/volume-storage';
import { VideoUpload } from '../intake/video-upload';
import { JobId } from './job-id.pipe';
import { toResource } from './job.resource';
import { toJobQuery } from './list.query';
import { JOB_ERRORS, UNAVAILABLE } from './error-descriptions';
import { RestartService } from './restart.service';
import { ApiSubmission } from './submission.document';
import { SubmissionService } from './submission.service';

/** Identifies a request, so that sending it again does not create another job. */
const IDEMPOTENCY_KEY = 'Idempotency-Key';

const LOCATION = { Location: { description: 'address of the job', schema: { type: 'string' } } } as const;

/** The JSON API of jobs. */
@ApiTags('jobs')
@Controller('api/jobs')
@Access('user')
export class JobsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly deletion: JobDeletion,
    private readonly submissions: SubmissionService,
    private readonly restarts: RestartService,
  ) {}

  @Post()
  @UseInterceptors(VideoUpload)
  @ApiSubmission()
  @ApiOperation({ summary: 'Upload a video' })
  @ApiHeader({
    name: IDEMPOTENCY_KEY,
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    description:
      'identifies this request, such as a UUID: sending it again returns the job of the first time',
  })
  @ApiCreatedResponse({ schema: refTo(jobSchema), description: 'the new job', headers: LOCATION })
  @ApiOkResponse({
    schema: refTo(jobSchema),
    description: 'the job that the first request with this key created',
    headers: LOCATION,
  })
  @ApiErrors({
    400: 'no file, unknown model or class, or an invalid field; lists all errors',
    413: 'the video is too large',
    415: 'the file is not a video',
    422: 'the video cannot be decoded, or the Idempotency-Key was used for another request',
    503: UNAVAILABLE,
    507: 'the volume is full',
  })
  async submit(
    @UploadedFile() file: ReceivedFile | undefined,
    @Body() fields: Fields | undefined,
    @Headers(IDEMPOTENCY_KEY) key: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobResource> {
    if (!file)
      throw new BadRequestException('No file received: send the video as multipart form field "file".');
    const submitted = await this.submissions.submit(file, fields ?? {}, key);
    const job = toResource(submitted.job);
    response.status(submitted.created ? 201 : 200).location(`/api/jobs/${job.id}`);
    return job;
  }

  @Get()
  @ApiOperation({ summary: 'List jobs' })
  @ApiQueryOf(listQuerySchema)
  @ApiOkResponse({ schema: refTo(jobListSchema), description: 'newest first' })
  @ApiErrors({ 400: 'invalid parameter', 503: UNAVAILABLE })
  async list(@Query(new SchemaPipe(listQuerySchema)) query: ListQuery): Promise<JobListResource> {
    const page = await this.jobs.list(toJobQuery(query));
    return { jobs: page.jobs.map(toResource), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A job' })
  @ApiOkResponse({ schema: refTo(jobSchema), description: 'the job' })
  @ApiErrors(JOB_ERRORS)
  async get(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.get(id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a job' })
  @ApiOkResponse({ schema: refTo(jobSchema), description: 'cancelled; no worker claims it' })
  @ApiErrors({ ...JOB_ERRORS, 409: 'the job is complete, failed or cancelled' })
  async cancel(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.cancel(id));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Retry a job' })
  @ApiOkResponse({
    schema: refTo(jobSchema),
    description: 'queued again for the stage where it ended; earlier results are kept',
  })
  @ApiErrors({ ...JOB_ERRORS, 409: 'the job neither failed nor was cancelled, or its source is missing' })
  async retry(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.restarts.restart(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a job' })
  @ApiNoContentResponse({ description: 'deleted; files that are still being read are removed later' })
  @ApiErrors(JOB_ERRORS)
  async remove(@JobId() id: string): Promise<void> {
    await this.deletion.delete(id);
  }
}
