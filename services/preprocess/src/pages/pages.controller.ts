import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Redirect,
  Render,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { JobRepository } from '#jobs';
import { RestartService } from '../api/restart.service';
import { knownFields, type Fields } from '../intake/job-options';
import { IntakeService } from '../intake/intake.service';
import { VideoFileService } from '../intake/video-file.service';
import { VideoUpload } from '../intake/video-upload';
import type { ReceivedFile } from '../intake/volume-storage';
import { Catalogue } from '../models/catalogue';
import { toChoice } from '../models/model.resource';
import { toRow, type JobRow } from './job.row';
import { UPLOAD_FACTS, type UploadFacts } from './upload-facts';

const ROWS_PER_PAGE = 50;

/** How often the table asks again, in seconds: often while something is going on. */
const REFRESH_BUSY = 2;
const REFRESH_IDLE = 10;

/** The pages, rendered from `templates/`. They work without JavaScript. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly intake: IntakeService,
    private readonly videos: VideoFileService,
    private readonly catalogue: Catalogue,
    private readonly restarts: RestartService,
    @Inject(UPLOAD_FACTS) private readonly limits: UploadFacts,
  ) {}

  @Get()
  @Redirect('/upload')
  home(): void {
    // The redirect says it all.
  }

  @Get('upload')
  @Render('upload')
  async uploadForm(): Promise<object> {
    const entries = await this.catalogue.list();
    const models = entries.map((entry) => toChoice(entry, this.catalogue));
    return { title: 'Upload', models, limits: this.limits };
  }

  @Post('fileUpload')
  @HttpCode(200)
  @UseInterceptors(VideoUpload)
  @Render('uploaded')
  async upload(
    @UploadedFile() file: ReceivedFile | undefined,
    @Body() fields: Fields | undefined,
  ): Promise<object> {
    if (!file) throw new BadRequestException('No file was chosen. Choose a video and send it again.');
    const job = await this.intake.submit(file, knownFields(fields ?? {}));
    return { title: 'Uploaded', id: job._id.toHexString(), filename: job.FILENAME };
  }

  @Get('result')
  @Render('result')
  async result(@Query('cursor') cursor?: string): Promise<object> {
    const page = await this.jobs.list({ limit: ROWS_PER_PAGE, ...(cursor !== undefined && { cursor }) });
    const rows: JobRow[] = page.jobs.map(toRow);
    return {
      title: 'Results',
      rows,
      nextCursor: page.nextCursor,
      firstPage: cursor === undefined,
      refresh: rows.some((row) => row.busy) ? REFRESH_BUSY : REFRESH_IDLE,
    };
  }

  @Get(':id/download')
  async download(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await this.videos.send(id, response);
  }

  @Post(':id/cancel')
  @Redirect('/result', 303)
  async cancel(@Param('id') id: string): Promise<void> {
    await this.jobs.cancel(id);
  }

  @Post(':id/retry')
  @Redirect('/result', 303)
  async retry(@Param('id') id: string): Promise<void> {
    await this.restarts.restart(id);
  }

  /** The contract's link. It asks first: links are also opened by previews, prefetchers and pages of others. */
  @Get(':id/delete')
  @Render('delete')
  async confirmDelete(@Param('id') id: string): Promise<object> {
    const { FILENAME: filename, STATUS: status } = await this.jobs.get(id);
    return { title: 'Delete?', id, filename, status };
  }

  @Post(':id/delete')
  @HttpCode(200)
  @Render('deleted')
  async delete(@Param('id') id: string): Promise<object> {
    await this.intake.remove(id);
    return { title: 'Deleted', id };
  }
}
