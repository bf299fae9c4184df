import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { Controller, Get, NotFoundException, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { FORMATS, exportDetections, txtsZip, type FormatName, type Video } from '#exports';
import { ApiErrors } from '#http';
import { JobRepository, type JobVideo } from '#jobs';
import { Workspace, type Artifact } from '#workspace';
import { JobId } from '../jobs/job-id.pipe';
import { OF_A_JOB } from '../jobs/meanings';
import { FormatPipe } from './format.pipe';
import { ApiFormats, ApiNotModified, DEFAULT_FORMAT } from './formats.document';
import { send } from './send';

/** What a job has found. */
interface Found {
  readonly path: string;
  /** Another one where the files are others. */
  readonly version: string;
  readonly video: Video & JobVideo;
  /** Of the upload, without what it ends in. */
  readonly name: string;
}

/** Detections to be taken elsewhere. */
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
    ...OF_A_JOB,
    400: 'no id of a job, or no format',
    404: 'no such job, or it has no detections yet',
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
    description: 'infer<n>.txt of every frame, as on the volume',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiNotModified()
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has no detections yet' })
  async txts(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { path, version, video, name } = await this.find(id, 'txts');
    response.attachment(`${name}.txts.zip`);
    response.setHeader('ETag', `W/"${version}-zip"`);
    await send(request, response, txtsZip(path, video.frames));
  }

  /** @throws JobNotFoundError, NotFoundException while there is none */
  private async find(id: string, artifact: Artifact): Promise<Found> {
    const { FILENAME: filename, STATUS, video } = await this.jobs.get(id);
    const path = this.workspace.path(id, artifact);
    const stats = await stat(path).catch(() => undefined);
    if (!stats || !video) throw new NotFoundException(`Job ${id} has no detections yet: it is ${STATUS}.`);
    const version = [stats.size, stats.mtimeMs].map((value) => Math.round(value).toString(36)).join('-');
    return { path, version, video: { id, filename, ...video }, name: parse(filename).name };
  }
}
