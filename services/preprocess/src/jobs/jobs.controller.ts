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
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { jobListSchema, jobSchema, refTo, type JobListResource, type JobResource } from '#contract';
import { JobRepository, STATUSES, type JobQuery } from '#jobs';
import { ApiErrors } from '#platform';
import { JobDeletion } from '../housekeeping/deletion';
import type { Fields } from '../intake/job-options';
import type { ReceivedFile } from '../intake/volume-storage';
import { VideoUpload } from '../intake/video-upload';
import { JobId } from './job-id.pipe';
import { toResource } from './job.resource';
import { DEFAULT_LIMIT, MAX_LIMIT, ListQueryPipe, MAX_SEARCH } from './list.query';
import { JOB_ERRORS, UNAVAILABLE } from './error-descriptions';
import { RestartService } from './restart.service';
import { ApiSubmission } from './submission.document';
import { SubmissionService } from './submission.service';

/** Identifies a request, so that sending it again does not create another job. */
const IDEMPOTENCY_KEY = 'Idempotency-Key';

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
  @ApiHeader({
    name: IDEMPOTENCY_KEY,
    required: false,
    description:
      'identifies this request, such as a UUID: sending it again returns the job of the first time',
  })
  @ApiCreatedResponse({ schema: refTo(jobSchema) })
  @ApiOkResponse({
    schema: refTo(jobSchema),
    description: 'the job that the first request with this key created',
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
  @ApiQuery({ name: 'status', required: false, enum: STATUSES })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  })
  @ApiQuery({
    name: 'search',
    required: false,
    schema: { type: 'string', maxLength: MAX_SEARCH },
    description: 'part of the file name; ignores case',
  })
  @ApiQuery({ name: 'cursor', required: false, description: 'nextCursor of the previous page' })
  @ApiOkResponse({ schema: refTo(jobListSchema), description: 'newest first' })
  @ApiErrors({ 400: 'invalid parameter', 503: UNAVAILABLE })
  async list(@Query(ListQueryPipe) query: JobQuery): Promise<JobListResource> {
    const page = await this.jobs.list(query);
    return { jobs: page.jobs.map(toResource), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ schema: refTo(jobSchema) })
  @ApiErrors(JOB_ERRORS)
  async get(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.get(id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ schema: refTo(jobSchema), description: 'cancelled; no worker claims it' })
  @ApiErrors({ ...JOB_ERRORS, 409: 'the job is complete, failed or cancelled' })
  async cancel(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.cancel(id));
  }

  @Post(':id/retry')
  @HttpCode(200)
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
  @ApiNoContentResponse({ description: 'deleted; files that are still being read are removed later' })
  @ApiErrors(JOB_ERRORS)
  async remove(@JobId() id: string): Promise<void> {
    await this.deletion.delete(id);
  }
}
