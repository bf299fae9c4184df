import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import {
  BadRequestException,
  Controller,
  Get,
  NotFoundException,
  Param,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { FORMATS, FORMAT_NAMES, exportDetections, isFormatName, txtsZip, type Video } from '#exports';
import { ApiErrors } from '#http';
import { JobRepository, type JobVideo } from '#jobs';
import { Workspace, type Artifact } from '#workspace';
import { OF_A_JOB } from '../api/meanings';
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
    @Param('id') id: string,
    @Query('format') format: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const chosen = readFormat(format);
    const { path, version, video, name } = await this.find(id, 'detections.ndjson');
    const { mediaType, extension } = FORMATS[chosen];
    if (chosen !== DEFAULT_FORMAT) response.attachment(name + extension);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('ETag', `W/"${version}-${chosen}"`);
    await send(request, response, exportDetections(path, chosen, video));
  }

  @Get(':id/txts.zip')
  @ApiProduces('application/zip')
  @ApiOkResponse({
    description: 'infer<n>.txt of every frame, as on the volume',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiNotModified()
  @ApiErrors({ ...OF_A_JOB, 404: 'no such job, or it has no detections yet' })
  async txts(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
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

function readFormat(format: unknown = DEFAULT_FORMAT) {
  if (typeof format === 'string' && isFormatName(format)) return format;
  const what = typeof format === 'string' ? `"${format.slice(0, 64)}"` : 'given more than once, or in parts';
  throw new BadRequestException(`format is ${what}: expected one of ${FORMAT_NAMES.join(', ')}.`);
}
