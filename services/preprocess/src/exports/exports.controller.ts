import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { Controller, Get, NotFoundException, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { FORMATS, exportDetections, txtsZip, type FormatName, type Video } from '#exports';
import { isFinal, JobRepository, type JobVideo } from '#jobs';
import { SchemaPipe } from '#platform';
import { Workspace, type Artifact } from '#workspace';
import { JobId } from '../jobs/job-id.pipe';
import {
  ApiExportErrors,
  ApiFormats,
  DEFAULT_FORMAT,
  EXPORT_HEADERS,
  Export,
  formatSchema,
  scoreSchema,
} from './formats.document';
import { send } from './send';

/** Detections of a job, to export. */
interface ExportSource {
  readonly path: string;
  /** Changes with the files. */
  readonly version: string;
  readonly video: Video & JobVideo;
  /** Name of the upload without its extension. */
  readonly name: string;
}

/** Downloads of detections. */
@ApiTags('jobs')
@Controller('api/jobs')
@Access('user')
export class ExportsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  @Get(':id/detections')
  @ApiFormats()
  async detections(
    @JobId() id: string,
    @Query('format', new SchemaPipe(formatSchema)) format: FormatName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.send(id, format, request, response);
  }

  @Export('json')
  json(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'json', request, response);
  }

  @Export('ndjson')
  ndjson(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'ndjson', request, response);
  }

  @Export('csv')
  csv(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'csv', request, response);
  }

  @Export('coco')
  coco(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'coco', request, response);
  }

  @Export('mot')
  mot(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'mot', request, response);
  }

  @Export('vtt')
  vtt(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'vtt', request, response);
  }

  @Get(':id/txts.zip')
  @ApiOperation({ summary: 'Detections as a txt file per frame' })
  @ApiOkResponse({
    description: 'infer<n>.txt of every frame, as stored on the volume',
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    headers: EXPORT_HEADERS,
  })
  @ApiExportErrors()
  async txts(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { path, version, video, name } = await this.find(id, 'txts');
    response.attachment(`${name}.txts.zip`);
    response.setHeader('ETag', `W/"${version}-zip"`);
    await send(request, response, txtsZip(path, video.frames));
  }

  private async send(id: string, format: FormatName, request: Request, response: Response): Promise<void> {
    const score = new SchemaPipe(scoreSchema).transform(request.query['score']);
    const { path, version, video, name } = await this.find(id, 'detections.ndjson');
    const { mediaType, extension } = FORMATS[format];
    if (format !== DEFAULT_FORMAT) response.attachment(name + extension);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('ETag', `W/"${version}-${format}${score === undefined ? '' : `-${score}`}"`);
    await send(request, response, exportDetections(path, format, video, score));
  }

  /** @throws JobNotFoundError, NotFoundException if there are no detections */
  private async find(id: string, artifact: Artifact): Promise<ExportSource> {
    const { FILENAME: filename, STATUS, video } = await this.jobs.get(id);
    const path = this.workspace.path(id, artifact);
    const stats = await stat(path).catch(() => undefined);
    if (!stats || !video) {
      const yet = isFinal(STATUS) ? '' : ' yet';
      throw new NotFoundException(`Job ${id} has no detections${yet} (status ${STATUS}).`);
    }
    const version = [stats.size, stats.mtimeMs].map((value) => Math.round(value).toString(36)).join('-');
    return { path, version, video: { id, filename, ...video }, name: parse(filename).name };
  }
}
