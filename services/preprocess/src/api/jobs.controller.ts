import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiErrors } from '#http';
import { JobRepository, STATUSES, isStatus } from '#jobs';
import { Workspace } from '#workspace';
import { IntakeService } from '../intake/intake.service';
import { MAX_FRAME_STEP, type Fields } from '../intake/job-options';
import type { ReceivedFile } from '../intake/volume-storage';
import { VideoFileService } from '../intake/video-file.service';
import { VIDEO_FIELD, VideoUpload } from '../intake/video-upload';
import { DetectionsResource, detectionsJson } from './detections.resource';
import { JobListResource, JobResource, toResource } from './job.resource';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

const AWAY = 'no database at the moment; Retry-After tells when to come again';
const OF_A_JOB = { 400: 'this is no id of a job', 404: 'no such job', 503: AWAY };

/** The JSON API for programs. */
@ApiTags('jobs')
@Controller('api/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly intake: IntakeService,
    private readonly videos: VideoFileService,
  ) {}

  @Post()
  @UseInterceptors(VideoUpload)
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: [VIDEO_FIELD],
      properties: {
        [VIDEO_FIELD]: { type: 'string', format: 'binary' },
        model: { type: 'string', description: 'name of a model, see /api/models' },
        score: { type: 'number', minimum: 0, maximum: 1, description: 'detections must score more' },
        classes: { type: 'string', example: 'person, car', description: 'labels to look for; all if empty' },
        frameStep: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_FRAME_STEP,
          description: 'look at every k-th frame only',
        },
      },
    },
  })
  @ApiCreatedResponse({ type: JobResource })
  @ApiErrors({
    400: 'no file, no such model or class, or a field that is wrong; all mistakes at once',
    413: 'the video is too large',
    415: 'the file is no video',
    422: 'the video cannot be decoded',
    503: AWAY,
    507: 'the volume is full',
  })
  async submit(
    @UploadedFile() file: ReceivedFile | undefined,
    @Body() fields: Fields | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobResource> {
    if (!file) throw new BadRequestException('No file came: send the video as multipart form field "file".');
    const job = toResource(await this.intake.submit(file, fields ?? {}));
    response.location(job.links.self);
    return job;
  }

  @Get()
  @ApiQuery({ name: 'status', required: false, enum: STATUSES })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  })
  @ApiQuery({ name: 'cursor', required: false, description: 'nextCursor of the previous page' })
  @ApiOkResponse({ type: JobListResource, description: 'newest first' })
  @ApiErrors({ 400: 'a parameter that is wrong', 503: AWAY })
  async list(
    @Query('status') status?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<JobListResource> {
    if (status !== undefined && !isStatus(status)) {
      throw new BadRequestException(
        `"${status.slice(0, 64)}" is no status: expected one of ${STATUSES.join(', ')}.`,
      );
    }
    const page = await this.jobs.list({
      limit: parseLimit(limit),
      ...(status !== undefined && { status }),
      ...(cursor !== undefined && { cursor }),
    });
    return { jobs: page.jobs.map(toResource), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ type: JobResource })
  @ApiErrors(OF_A_JOB)
  async get(@Param('id') id: string): Promise<JobResource> {
    return toResource(await this.jobs.get(id));
  }

  @Get(':id/video')
  @ApiProduces('video/x-msvideo')
  @ApiOkResponse({ description: 'the annotated AVI', schema: { type: 'string', format: 'binary' } })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has no video yet', 416: 'the video has no such part' })
  async video(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await this.videos.send(id, response);
  }

  @Get(':id/detections')
  @ApiOkResponse({ type: DetectionsResource })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has no detections yet' })
  async detections(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const job = await this.jobs.get(id);
    const file = this.workspace.path(id, 'detections.ndjson');
    await access(file).catch(() => {
      throw new NotFoundException(`Job ${id} has no detections yet: it is ${job.STATUS}.`);
    });
    response.type('application/json');
    await pipeline(Readable.from(detectionsJson(job, file)), response).catch((error: unknown) => {
      if (!response.destroyed) throw error; // a client that goes away in the middle is no error of ours
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'record and files are gone' })
  @ApiErrors(OF_A_JOB)
  async remove(@Param('id') id: string): Promise<void> {
    await this.intake.remove(id);
  }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new BadRequestException(
    `limit is "${text.slice(0, 64)}": expected a whole number from 1 to ${MAX_LIMIT}.`,
  );
}
