import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import {
  mp4ListSchema,
  mp4RequestSchema,
  mp4Schema,
  refTo,
  type Mp4ListResource,
  type Mp4Request,
  type Mp4Resource,
} from '#contract';
import { ApiErrors, SchemaPipe } from '#platform';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { JobId } from '../jobs/job-id.pipe';
import { ApiFile } from '../media/file.document';
import { JobFiles } from '../media/job-files.service';
import { Mp4Key } from './mp4-key.pipe';
import { toMp4 } from './mp4.resource';
import { Mp4Service } from './mp4.service';

const ACCEPTED = { schema: refTo(mp4Schema), description: 'waiting or running: poll links.self' } as const;

/** The JSON API of MP4s with boxes. */
@ApiTags('jobs')
@Controller('api/jobs/:id/mp4')
@Access('user')
export class Mp4Controller {
  constructor(
    private readonly mp4s: Mp4Service,
    private readonly files: JobFiles,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Make an MP4 with boxes' })
  @ApiBody({ schema: refTo(mp4RequestSchema), required: false })
  @ApiResponse({ status: 202, ...ACCEPTED })
  @ApiOkResponse({ schema: refTo(mp4Schema), description: 'it has been made before' })
  @ApiErrors({ ...JOB_ERRORS, 400: 'invalid job id, score or label', 409: 'the job is not complete' })
  async make(
    @JobId() id: string,
    @Body(new SchemaPipe(mp4RequestSchema.prefault({}))) request: Mp4Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Mp4Resource> {
    const rendering = await this.mp4s.request(id, request);
    if (rendering.state === 'done') response.status(200);
    return toMp4(rendering);
  }

  @Get()
  @ApiOperation({ summary: 'The MP4s of a job' })
  @ApiOkResponse({ schema: refTo(mp4ListSchema), description: 'all that have been requested' })
  @ApiErrors(JOB_ERRORS)
  async list(@JobId() id: string): Promise<Mp4ListResource> {
    return { mp4s: (await this.mp4s.list(id)).map(toMp4) };
  }

  @Get(':key')
  @ApiOperation({ summary: 'State of an MP4' })
  @ApiOkResponse({ schema: refTo(mp4Schema), description: 'the MP4' })
  @ApiErrors({ ...JOB_ERRORS, 400: 'invalid job id or key', 404: 'job or MP4 not found' })
  async get(@JobId() id: string, @Mp4Key() key: string): Promise<Mp4Resource> {
    return toMp4(await this.mp4s.get(id, key));
  }

  @Get(':key/video.mp4')
  @ApiOperation({ summary: 'MP4 with boxes' })
  @ApiFile({
    type: 'video/mp4',
    description: 'the video with boxes for browsers: H.264 and AAC',
    missing: 'job or MP4 not found, or not made yet',
    invalid: 'invalid job id or key',
  })
  async video(@JobId() id: string, @Mp4Key() key: string, @Res() response: Response): Promise<void> {
    const { state } = await this.mp4s.get(id, key);
    await this.files.mp4(id, key, state, response);
  }
}
