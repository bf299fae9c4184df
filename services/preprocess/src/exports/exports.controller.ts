import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { FORMATS, exportDetections, txtsZip, type Format, type FormatName } from '#exports';
import { SchemaPipe } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { DetectionFiles } from './detection-files';
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

/** Downloads of detections. */
@ApiTags('jobs')
@Controller('api/jobs')
@Access('user')
export class ExportsController {
  constructor(private readonly files: DetectionFiles) {}

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

  @Export('mot-gt')
  motGt(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'mot-gt', request, response);
  }

  @Export('cvat')
  cvat(@JobId() id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.send(id, 'cvat', request, response);
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
    const { path, version, video, name } = await this.files.find(id, 'txts');
    response.attachment(`${name}.txts.zip`);
    response.setHeader('ETag', `W/"${version}-zip"`);
    await send(request, response, txtsZip(path, video.frames));
  }

  private async send(id: string, format: FormatName, request: Request, response: Response): Promise<void> {
    const score = new SchemaPipe(scoreSchema).transform(request.query['score']);
    const { path, version, video, name } = await this.files.find(id, 'detections.ndjson');
    const { mediaType, extension, needsTracks = false }: Format = FORMATS[format];
    const tracks = needsTracks ? (await this.files.findTracks(id)).path : this.files.path(id, 'tracks.json');
    if (format !== DEFAULT_FORMAT) response.attachment(name + extension);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('ETag', `W/"${version}-${format}${score === undefined ? '' : `-${score}`}"`);
    await send(request, response, exportDetections({ scores: path, tracks }, format, video, score));
  }
}
