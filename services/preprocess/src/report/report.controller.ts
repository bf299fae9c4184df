import { createHash } from 'node:crypto';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { reportQuerySchema, type ReportQuery } from '#contract';
import { csvTable, inChunks, zipped } from '#exports';
import { JobRepository } from '#jobs';
import { ApiErrors, ApiQueryOf, SchemaPipe } from '#platform';
import { DetectionFiles } from '../exports/detection-files';
import { ApiExportErrors, EXPORT_HEADERS } from '../exports/formats.document';
import { send } from '../exports/send';
import { UNAVAILABLE } from '../jobs/error-descriptions';
import { JobId } from '../jobs/job-id.pipe';
import { COLUMNS, periodOf, rowsOf } from './job-rows';
import { reportOf } from './parts';

/** Results as tables. */
@ApiTags('jobs')
@Controller('api')
@Access('user')
export class ReportController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly files: DetectionFiles,
  ) {}

  @Get('jobs/:id/report.zip')
  @ApiOperation({ summary: 'Report on a job' })
  @ApiOkResponse({
    description:
      'counts.csv (a row per class); in jobs with tracks, tracks.csv (a row per track); in jobs with lines and zones, events.csv (a row per event) and layout.svg',
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    headers: EXPORT_HEADERS,
  })
  @ApiExportErrors()
  async ofJob(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { video, name, date } = await this.files.find(id, 'detections.ndjson');
    const parts = await reportOf({ video, path: (artifact) => this.files.path(id, artifact) });
    const digest = createHash('sha256');
    for (const { name, content } of parts) digest.update(name).update(content);
    response.attachment(`${name}.report.zip`);
    response.setHeader('ETag', `W/"${digest.digest('base64url').slice(0, 16)}"`);
    await send(request, response, zipped(parts, date));
  }

  @Get('report')
  @ApiOperation({ summary: 'Report on many jobs' })
  @ApiQueryOf(reportQuerySchema)
  @ApiOkResponse({
    description: `a row per job and class, oldest job first: ${COLUMNS.join(', ')}`,
    content: { 'text/csv': { schema: { type: 'string' } } },
    headers: { 'Content-Disposition': EXPORT_HEADERS['Content-Disposition'] },
  })
  @ApiErrors({ 400: 'invalid parameter', 503: UNAVAILABLE })
  async ofMany(
    @Query(new SchemaPipe(reportQuerySchema)) query: ReportQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.attachment('report.csv');
    response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    response.setHeader('Cache-Control', 'private, no-cache');
    const rows = this.rows(query);
    await send(request, response, inChunks(csvTable(COLUMNS, rows, { names: true })));
  }

  private async *rows(query: ReportQuery): AsyncGenerator<unknown[], void, undefined> {
    for await (const job of this.jobs.uploaded(periodOf(query))) yield* rowsOf(job, query);
  }
}
