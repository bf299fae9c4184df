import { parse } from 'node:path';
import { Body, Controller, Delete, Get, Header, HttpCode, Put, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { layoutEventsSchema, layoutSchema, refTo, type Layout, type LayoutEvents } from '#contract';
import { JobRepository } from '#jobs';
import { ApiErrors, SchemaPipe } from '#platform';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { JobId } from '../jobs/job-id.pipe';
import { ApiNotModified } from '../media/file.document';
import { eventsCsv } from './events-csv';
import { JobLayouts } from './job-layouts.service';

/** Clients may cache these but must revalidate them: another layout changes them. */
const CACHING = ['Cache-Control', 'private, no-cache'] as const;

const NOT_COMPLETE = 'the job is not complete';

/** The JSON API of the lines and zones of a job. */
@ApiTags('layouts')
@Controller('api/jobs/:id')
@Access('user')
export class JobLayoutController {
  constructor(
    private readonly layouts: JobLayouts,
    private readonly jobs: JobRepository,
  ) {}

  @Get('layout')
  @Header(...CACHING)
  @ApiOperation({ summary: 'Lines and zones of a job' })
  @ApiOkResponse({ schema: refTo(layoutSchema), description: 'from the submission, or as set later' })
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or it has no lines and zones' })
  get(@JobId() id: string): Promise<Layout> {
    return this.layouts.get(id);
  }

  @Put('layout')
  @ApiOperation({ summary: 'Set lines and zones, and count at them' })
  @ApiBody({ schema: refTo(layoutSchema) })
  @ApiOkResponse({
    schema: refTo(layoutEventsSchema),
    description: 'events and counts; nothing is detected again',
  })
  @ApiErrors({
    ...JOB_ERRORS,
    400: 'invalid job id, or invalid lines or zones; lists all errors',
    409: `${NOT_COMPLETE}, or has no tracks`,
    507: 'the volume is full',
  })
  set(@JobId() id: string, @Body(new SchemaPipe(layoutSchema)) layout: Layout): Promise<LayoutEvents> {
    return this.layouts.set(id, layout);
  }

  @Delete('layout')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove lines and zones and their events' })
  @ApiNoContentResponse({ description: 'removed, or there were none' })
  @ApiErrors({ ...JOB_ERRORS, 409: NOT_COMPLETE })
  async remove(@JobId() id: string): Promise<void> {
    await this.layouts.remove(id);
  }

  @Get('events.json')
  @Header(...CACHING)
  @ApiOperation({ summary: 'Events and counts at lines and zones' })
  @ApiOkResponse({ schema: refTo(layoutEventsSchema), description: 'see docs/events.md' })
  @ApiNotModified()
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or it has no lines and zones' })
  events(@JobId() id: string): Promise<LayoutEvents> {
    return this.layouts.readEvents(id);
  }

  @Get('events.csv')
  @Header(...CACHING)
  @ApiOperation({ summary: 'Events at lines and zones as CSV' })
  @ApiOkResponse({
    description: 'one row per event, with a header; a download named after the upload',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  @ApiNotModified()
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or it has no lines and zones' })
  async csv(@JobId() id: string, @Res() response: Response): Promise<void> {
    const { FILENAME } = await this.jobs.get(id);
    const table = eventsCsv(await this.layouts.readEvents(id));
    response.attachment(`${parse(FILENAME).name}.events.csv`);
    response.type('text/csv').send(table);
  }
}
