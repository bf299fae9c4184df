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
import { ApiErrors } from '#http';
import { JobRepository, STATUSES, type JobQuery } from '#jobs';
import { JobDeletion } from '../housekeeping/deletion';
import type { Fields } from '../intake/job-options';
import type { ReceivedFile } from '../intake/volume-storage';
import { VideoUpload } from '../intake/video-upload';
import { JobId } from './job-id.pipe';
import { toResource } from './job.resource';
import { DEFAULT_LIMIT, MAX_LIMIT, ListQueryPipe, MAX_SEARCH } from './list.query';
import { AWAY, OF_A_JOB } from './meanings';
import { RestartService } from './restart.service';
import { ApiSubmission } from './submission.document';
import { SubmissionService } from './submission.service';

/** Names a request, so that it can be sent again without making another job. */
const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** The JSON API for programs. */
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
    description: 'a name for this request, such as a UUID: sent again, it returns the job of the first time',
  })
  @ApiCreatedResponse({ schema: refTo(jobSchema) })
  @ApiOkResponse({
    schema: refTo(jobSchema),
    description: 'the job that the first request of this name made',
  })
  @ApiErrors({
    400: 'no file, no such model or class, or a field that is wrong; all mistakes at once',
    413: 'the video is too large',
    415: 'the file is no video',
    422: 'the video cannot be decoded, or the Idempotency-Key was used for something else',
    503: AWAY,
    507: 'the volume is full',
  })
  async submit(
    @UploadedFile() file: ReceivedFile | undefined,
    @Body() fields: Fields | undefined,
    @Headers(IDEMPOTENCY_KEY) key: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobResource> {
    if (!file) throw new BadRequestException('No file came: send the video as multipart form field "file".');
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
    description: "part of the file's name, in capitals or not",
  })
  @ApiQuery({ name: 'cursor', required: false, description: 'nextCursor of the previous page' })
  @ApiOkResponse({ schema: refTo(jobListSchema), description: 'newest first' })
  @ApiErrors({ 400: 'a parameter that is wrong', 503: AWAY })
  async list(@Query(ListQueryPipe) query: JobQuery): Promise<JobListResource> {
    const page = await this.jobs.list(query);
    return { jobs: page.jobs.map(toResource), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ schema: refTo(jobSchema) })
  @ApiErrors(OF_A_JOB)
  async get(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.get(id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ schema: refTo(jobSchema), description: 'nobody works on it any more' })
  @ApiErrors({ ...OF_A_JOB, 409: 'it is complete, has failed or was cancelled' })
  async cancel(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.jobs.cancel(id));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOkResponse({
    schema: refTo(jobSchema),
    description: 'it waits for the stage where it ended; what the stages before it made is kept',
  })
  @ApiErrors({ ...OF_A_JOB, 409: 'it did not fail and was not cancelled, or its upload is gone' })
  async retry(@JobId() id: string): Promise<JobResource> {
    return toResource(await this.restarts.restart(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'the job is gone; files that are still being read are removed later' })
  @ApiErrors(OF_A_JOB)
  async remove(@JobId() id: string): Promise<void> {
    await this.deletion.delete(id);
  }
}
