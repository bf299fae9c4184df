import { Module } from '@nestjs/common';
import { DetectionFiles } from './detection-files';
import { ExportsController } from './exports.controller';

/** Detections in the formats of other tools. */
@Module({ controllers: [ExportsController], providers: [DetectionFiles], exports: [DetectionFiles] })
export class ExportsModule {}
