import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { Controller, Get, NotFoundException, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { FORMATS, exportDetections, txtsZip, type FormatName, type Video } from '#exports';
import { isFinal, JobRepository, type JobVideo } from '#jobs';
import { ApiErrors } from '#platform';
import { Workspace, type Artifact } from '#workspace';
import { JobId } from '../jobs/job-id.pipe';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { FormatPipe } from './format.pipe';
import { ApiFormats, ApiNotModified, DEFAULT_FORMAT } from './formats.document';
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
  @ApiErrors({
    ...JOB_ERRORS,
    400: 'invalid job id or format',
    404: 'job not found, or it has no detections',
  })
  async detections(
    @JobId() id: string,
    @Query('format', FormatPipe) format: FormatName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { path, version, video, name } = await this.find(id, 'detections.ndjson');
    const { mediaType, extension } = FORMATS[format];
    if (format !== DEFAULT_FORMAT) response.attachment(name + extension);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('ETag', `W/"${version}-${format}"`);
    await send(request, response, exportDetections(path, format, video));
  }

  @Get(':id/txts.zip')
  @ApiProduces('application/zip')
  @ApiOkResponse({
    description: 'infer<n>.txt of every frame, as stored on the volume',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiNotModified()
  @ApiErrors({ ...JOB_ERRORS, 404: 'job not found, or it has no detections' })
  async txts(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { path, version, video, name } = await this.find(id, 'txts');
    response.attachment(`${name}.txts.zip`);
    response.setHeader('ETag', `W/"${version}-zip"`);
    await send(request, response, txtsZip(path, video.frames));
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
