import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { refTo, summarySchema } from '#contract';
import { ApiErrors } from '#http';
import { JobId } from '../jobs/job-id.pipe';
import { OF_A_JOB } from '../jobs/meanings';
import { JobFiles } from './job-files.service';
import { Index } from './number.pipe';

const BINARY = { type: 'string', format: 'binary' } as const;
const NO_SUCH_PART = { 416: 'the file has no such part' };
const PEAK = { name: 'n', schema: { type: 'integer', minimum: 0, maximum: 7 } } as const;
const FRAME = { name: 'n', schema: { type: 'integer', minimum: 0 } } as const;

/** The files of a job as a player, a page or a person wants them. They can be asked for in parts. */
@ApiTags('jobs')
@Controller('api/jobs/:id')
@Access('user')
export class MediaController {
  constructor(private readonly files: JobFiles) {}

  @Get('video')
  @ApiProduces('video/x-msvideo')
  @ApiOkResponse({ description: 'the annotated AVI, named after the upload', schema: BINARY })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has no video yet', ...NO_SUCH_PART })
  async video(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.video(id, response, { named: true });
  }

  @Get('preview.mp4')
  @ApiProduces('video/mp4')
  @ApiOkResponse({ description: 'the annotated video as browsers play it: H.264 and AAC', schema: BINARY })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has none (yet)', ...NO_SUCH_PART })
  async preview(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.preview(id, response);
  }

  @Get('summary')
  @ApiOkResponse({ schema: refTo(summarySchema) })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has none (yet)' })
  async summary(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.summary(id, response);
  }

  @Get('thumbnail.jpg')
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'a frame without boxes, at most 240 pixels wide and high', schema: BINARY })
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has none (yet)', ...NO_SUCH_PART })
  async thumbnail(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.thumbnail(id, response);
  }

  @Get('peaks/:n.jpg')
  @ApiParam(PEAK)
  @ApiProduces('image/jpeg')
  @ApiOkResponse({
    description: "the boxed frame of the summary's peak n, at most 320 pixels wide and high",
    schema: BINARY,
  })
  @ApiErrors({
    ...{ ...OF_A_JOB, 400: 'this is no id of a job, or no number' },
    ...{ 404: 'no such job, or it has no such peak (yet)', ...NO_SUCH_PART },
  })
  async peak(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.peak(id, n, response);
  }

  @Get('frames/:n.jpg')
  @ApiParam(FRAME)
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'frame n with its boxes, as large as the video', schema: BINARY })
  @ApiErrors({
    ...{ ...OF_A_JOB, 400: 'this is no id of a job, or no number' },
    ...{ 404: 'no such job, or it has no such frame (yet)', ...NO_SUCH_PART },
  })
  async frame(@JobId() id: string, @Index() n: number, @Res() response: Response): Promise<void> {
    await this.files.frame(id, n, response);
  }
}
