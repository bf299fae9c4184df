import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Redirect,
  Render,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '#access';
import type { PreprocessConfig } from '#config';
import { LayoutPresets } from '#jobs';
import { CONFIG } from '#platform';
import { knownFields, type Fields } from '../intake/job-options';
import { IntakeService } from '../intake/intake.service';
import { SampleService } from '../intake/sample.service';
import { VideoUpload } from '../intake/video-upload';
import type { ReceivedFile } from '../intake/volume-storage';
import { Catalogue } from '../models/catalogue';
import { toChoice } from '../models/model.resource';
import { Callbacks } from '../webhooks/callbacks';
import { uploadFacts, type UploadFacts } from './upload-facts';

/** The upload form, and its submission without JavaScript. */
@ApiExcludeController()
@Controller()
@Access('user')
export class UploadPageController {
  private readonly limits: UploadFacts;

  constructor(
    private readonly intake: IntakeService,
    private readonly sample: SampleService,
    private readonly catalogue: Catalogue,
    private readonly callbacks: Callbacks,
    private readonly presets: LayoutPresets,
    @Inject(CONFIG) config: PreprocessConfig,
  ) {
    this.limits = uploadFacts(config);
  }

  @Get()
  @Redirect('/upload')
  home(): void {
    // The decorator redirects.
  }

  @Get('upload')
  @Render('upload')
  async form(): Promise<object> {
    const entries = await this.catalogue.list();
    const models = entries.map((entry) => toChoice(entry, this.catalogue));
    return {
      title: 'Upload',
      models: models.filter(({ problem }) => problem === undefined),
      problems: models.filter(({ problem }) => problem !== undefined),
      presets: (await this.presets.list()).map(({ _id }) => _id),
      ...{ callbacks: this.callbacks.on, limits: this.limits },
      styles: ['upload.css'],
      libraries: ['vendor/tus.js'],
      scripts: ['upload.js'],
    };
  }

  /** Makes a job of the sample clip, and shows it. */
  @Post('sample')
  @Redirect('/result', 303)
  async trySample(): Promise<object> {
    const job = await this.sample.submit();
    return { url: `/jobs/${job._id.toHexString()}` };
  }

  @Post('fileUpload')
  @HttpCode(200)
  @UseInterceptors(VideoUpload)
  @Render('uploaded')
  async upload(
    @UploadedFile() file: ReceivedFile | undefined,
    @Body() fields: Fields | undefined,
  ): Promise<object> {
    if (!file) throw new BadRequestException('No file chosen. Choose a video and upload it again.');
    const job = await this.intake.submit(file, knownFields(fields ?? {}));
    return { title: 'Uploaded', id: job._id.toHexString(), filename: job.FILENAME };
  }
}
