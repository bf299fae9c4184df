import { createHash } from 'node:crypto';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { readTracks } from '#annotation/files';
import { refTo, tracksQuerySchema, tracksSchema, type TracksQuery } from '#contract';
import { ApiErrors, ApiQueryOf, SchemaPipe } from '#platform';
import { DetectionFiles } from '../exports/detection-files';
import { EXPORT_HEADERS } from '../exports/formats.document';
import { send } from '../exports/send';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { JobId } from '../jobs/job-id.pipe';
import { ApiNotModified } from '../media/file.document';
import { toTracks } from './tracks.resource';

const { ETag } = EXPORT_HEADERS;

/** What was tracked in a video. */
@ApiTags('jobs')
@Controller('api/jobs/:id/tracks')
@Access('user')
export class TracksController {
  constructor(private readonly files: DetectionFiles) {}

  @Get()
  @ApiOperation({ summary: 'Tracked objects' })
  @ApiQueryOf(tracksQuerySchema)
  @ApiOkResponse({ schema: refTo(tracksSchema), description: 'the tracks of the video', headers: { ETag } })
  @ApiNotModified()
  @ApiErrors({
    ...JOB_ERRORS,
    400: 'invalid job id or parameter',
    404: 'job not found, it has no tracks yet, or its objects were not tracked',
    412: 'the tracks do not match If-Match',
  })
  async tracks(
    @JobId() id: string,
    @Query(new SchemaPipe(tracksQuerySchema)) query: TracksQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { path, version } = await this.files.findTracks(id);
    const digest = createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Cache-Control', 'private, no-cache');
    response.setHeader('ETag', `W/"${version}-${digest}"`);
    const content = async function* () {
      yield Buffer.from(JSON.stringify(toTracks(await readTracks(path), query)));
    };
    await send(request, response, content());
  }
}
