import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { refTo, summarySchema } from '#contract';
import { ApiErrors } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { JobFiles } from './job-files.service';
import { Index } from './number.pipe';

const BINARY = { type: 'string', format: 'binary' } as const;
const INVALID_RANGE = { 416: 'the file has no such byte range' };
const PEAK = { name: 'n', schema: { type: 'integer', minimum: 0, maximum: 7 } } as const;
const FRAME = { name: 'n', schema: { type: 'integer', minimum: 0 } } as const;

/** The media files of a job. They support range requests. */
@ApiTags('jobs')
@Controller('api/jobs/:id')
@Access('user')
export class MediaController {
  constructor(private readonly files: JobFiles) {}

  @Get('video')
  @ApiProduces('video/x-msvideo')
  @ApiOkResponse({ description: 'the annotated AVI, named after the upload', schema: BINARY })
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or it has no video', ...INVALID_RANGE })
  async video(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.video(id, response, { named: true });
  }

  @Get('preview.mp4')
  @ApiProduces('video/mp4')
  @ApiOkResponse({ description: 'the annotated video for browsers: H.264 and AAC', schema: BINARY })
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or the file does not exist yet', ...INVALID_RANGE })
  async preview(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.preview(id, response);
  }

  @Get('summary')
  @ApiOkResponse({ schema: refTo(summarySchema) })
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or the file does not exist yet' })
  async summary(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.summary(id, response);
  }

  @Get('thumbnail.jpg')
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'a frame without boxes, at most 240 pixels wide and high', schema: BINARY })
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or the file does not exist yet', ...INVALID_RANGE })
  async thumbnail(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.thumbnail(id, response);
  }

  @Get('peaks/:n.jpg')
  @ApiParam(PEAK)
  @ApiProduces('image/jpeg')
  @ApiOkResponse({
    description: 'the annotated frame of peak n in the summary, at most 320 pixels wide and high',
    schema: BINARY,
  })
  @ApiErrors({
    ...{ ...JOB_ERRORS, 400: 'invalid job id or number' },
    ...{ 404: 'job or peak not found, or not available yet', ...INVALID_RANGE },
  })
  async peak(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.peak(id, n, response);
  }

  @Get('frames/:n.jpg')
  @ApiParam(FRAME)
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'the annotated frame n at the size of the video', schema: BINARY })
  @ApiErrors({
    ...{ ...JOB_ERRORS, 400: 'invalid job id or number' },
    ...{ 404: 'job or frame not found, or not available yet', ...INVALID_RANGE },
  })
  async frame(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.frame(id, n, response);
  }
}
