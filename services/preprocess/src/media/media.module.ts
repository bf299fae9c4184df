import { Module } from '@nestjs/common';
import { JobFiles } from './job-files.service';
import { MediaController } from './media.controller';

/** The media files of jobs: videos, images and the summary. */
@Module({ controllers: [MediaController], providers: [JobFiles], exports: [JobFiles] })
export class MediaModule {}
