import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/exports.module';
import { TracksController } from './tracks.controller';

/** The tracked objects of jobs. */
@Module({ imports: [ExportsModule], controllers: [TracksController] })
export class TracksModule {}
