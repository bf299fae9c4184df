import { Module } from '@nestjs/common';
import { ExportsController } from './exports.controller';

/** Detections in the formats of other tools. */
@Module({ controllers: [ExportsController] })
export class ExportsModule {}
