import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { refTo, summarySchema } from '#contract';
import { ApiErrors, SchemaPipe } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { boxesSwitch } from './clean-frames';
import { ApiFile, ApiNotModified } from './file.document';
import { JobFiles } from './job-files.service';
import { Index } from './number.pipe';

/** The media files of a job. They support range requests. */
@ApiTags('jobs')
@Controller('api/jobs/:id')
@Access('user')
export class MediaController {
  constructor(private readonly files: JobFiles) {}

  @Get('video')
  @ApiOperation({ summary: 'Annotated video as AVI' })
  @ApiFile({
    type: 'video/x-msvideo',
    description: 'the annotated AVI, named after the upload',
    missing: 'job not found, or it has no video',
  })
  async video(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.video(id, response, { named: true });
  }

  @Get('source')
  @ApiOperation({ summary: 'The uploaded file' })
  @ApiQuery({
    name: 'download',
    required: false,
    schema: { type: 'string' },
    description: 'as an attachment with the name of the upload; any value',
  })
  @ApiFile({
    type: 'video/*',
    description: 'the upload, with the media type of its container',
    missing: 'job not found, or its source is not on the volume',
  })
  async source(
    @JobId() id: string,
    @Query('download') download: unknown,
    @Res() response: Response,
  ): Promise<void> {
    await this.files.source(id, response, { named: download !== undefined });
  }

  @Get('clean.mp4')
  @ApiOperation({ summary: 'Video without boxes for browsers' })
  @ApiFile({
    type: 'video/mp4',
    description: 'the video without boxes, if browsers cannot play its source',
    missing: 'job or file not found',
  })
  async clean(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.clean(id, response);
  }

  @Get('preview.mp4')
  @ApiOperation({ summary: 'Annotated video for browsers, made with PREVIEW=eager' })
  @ApiFile({
    type: 'video/mp4',
    description: 'the annotated video for browsers: H.264 and AAC',
    missing:
      'job not found, or it made no MP4: request one with POST /api/jobs/{id}/mp4, or set PREVIEW=eager',
  })
  async preview(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.preview(id, response);
  }

  @Get('summary')
  @ApiOperation({ summary: 'Detections over time and by class' })
  @ApiOkResponse({ schema: refTo(summarySchema) })
  @ApiNotModified()
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or the file does not exist yet' })
  async summary(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.summary(id, response);
  }

  @Get('thumbnail.jpg')
  @ApiOperation({ summary: 'Thumbnail of the video' })
  @ApiFile({
    type: 'image/jpeg',
    description: 'a frame without boxes, at most 240 pixels wide and high',
    missing: 'job not found, or the file does not exist yet',
  })
  async thumbnail(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.thumbnail(id, response);
  }

  @Get('peaks/:n.jpg')
  @ApiOperation({ summary: 'Thumbnail of a frame with many detections' })
  @ApiFile({
    type: 'image/jpeg',
    description: 'the annotated frame of peak n in the summary, at most 320 pixels wide and high',
    missing: 'job or peak not found, or not available yet',
    invalid: 'invalid job id or number',
  })
  async peak(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.peak(id, n, response);
  }

  @Get('tracks/:n.jpg')
  @ApiOperation({ summary: 'Thumbnail of a tracked object' })
  @ApiFile({
    type: 'image/jpeg',
    description: 'the object of track n where its score is best, at most 96 pixels wide and high',
    missing: 'job or track not found, or not available yet; only the first 1,000 tracks have images',
    invalid: 'invalid job id or number',
  })
  async track(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.track(id, n, response);
  }

  @Get('frames/:n.jpg')
  @ApiOperation({ summary: 'A frame, annotated or without boxes' })
  @ApiQuery({
    name: 'boxes',
    required: false,
    schema: { type: 'string', enum: ['0', '1'], default: '1' },
    description: '0: without boxes. Jobs without frame files decode the source up to the frame',
  })
  @ApiFile({
    type: 'image/jpeg',
    description: 'the frame n at the size of the video',
    missing: 'job or frame not found, or not available yet',
    invalid: 'invalid job id, number or parameter',
  })
  async frame(
    @JobId() id: string,
    @Index() n: number,
    @Query('boxes', new SchemaPipe(boxesSwitch)) boxes: '0' | '1',
    @Res() response: Response,
  ): Promise<void> {
    if (boxes === '0') await this.files.cleanFrame(id, n, response);
    else await this.files.frame(id, n, response);
  }
}
