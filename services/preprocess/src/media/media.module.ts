import { Module } from '@nestjs/common';
import { CleanFrames } from './clean-frames';
import { JobFiles } from './job-files.service';
import { MediaController } from './media.controller';

/** The media files of jobs: videos, images and the summary. */
@Module({ controllers: [MediaController], providers: [CleanFrames, JobFiles], exports: [JobFiles] })
export class MediaModule {}
