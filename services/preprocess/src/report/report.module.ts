import { Module } from '@nestjs/common';
import { ExportsModule } from '../exports/exports.module';
import { ReportController } from './report.controller';

/** Results as tables: of one job as a ZIP, of many as one CSV. */
@Module({ imports: [ExportsModule], controllers: [ReportController] })
export class ReportModule {}
