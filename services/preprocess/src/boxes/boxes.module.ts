import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/exports.module';
import { BoxesController } from './boxes.controller';

/** The detections of jobs in pages by time, for players. */
@Module({ imports: [ExportsModule], controllers: [BoxesController] })
export class BoxesModule {}
