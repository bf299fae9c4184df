import { createHash } from 'node:crypto';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { FileCache, ScoreIndexes, bestScores, readTracks, type BestScores } from '#annotation/files';
import { boxesQuerySchema, boxesSchema, refTo, type BoxesQuery } from '#contract';
import { isMissing } from '#errors';
import { ApiQueryOf, SchemaPipe } from '#platform';
import { Workspace } from '#workspace';
import { DetectionFiles } from '../exports/detection-files';
import { ApiExportErrors, EXPORT_HEADERS } from '../exports/formats.document';
import { send } from '../exports/send';
import { JobId } from '../jobs/job-id.pipe';
import { rangeOf, readPage } from './page';

const { ETag } = EXPORT_HEADERS;

/** Detections by time, for players that draw the boxes themselves. */
@ApiTags('jobs')
@Controller('api/jobs/:id/boxes')
@Access('user')
export class BoxesController {
  private readonly indexes = new ScoreIndexes();
  private readonly tracks = new FileCache(async (path) => bestScores(await readTracks(path)));

  constructor(
    private readonly files: DetectionFiles,
    private readonly workspace: Workspace,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Boxes by time, for players',
    description:
      'Includes the detections below the threshold of the job, as far as SCORE_FLOOR stored them. A page has at most `limit` frames and ends early after 5,000 boxes: follow nextCursor.',
  })
  @ApiQueryOf(boxesQuerySchema)
  @ApiOkResponse({ schema: refTo(boxesSchema), description: 'a page of boxes', headers: { ETag } })
  @ApiExportErrors('invalid job id or parameter')
  async boxes(
    @JobId() id: string,
    @Query(new SchemaPipe(boxesQuerySchema)) query: BoxesQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { path, version, video } = await this.files.find(id, 'detections.ndjson');
    const { lines } = await this.indexes.of(path);
    const range = rangeOf(query, video.frameRate, lines);
    const digest = createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Cache-Control', 'private, no-cache');
    response.setHeader('ETag', `W/"${version}-${digest}"`);
    const content = async function* (this: BoxesController) {
      const from = (await this.indexes.of(path)).before(range.first);
      const tracks = await this.tracks.of(this.workspace.path(id, 'tracks.json')).catch(noneIfMissing);
      yield Buffer.from(JSON.stringify(await readPage({ path, from, video, range, query, tracks })));
    };
    await send(request, response, content.call(this));
  }
}

/** Jobs without tracks have no file of them. */
function noneIfMissing(error: unknown): BestScores {
  if (isMissing(error)) return new Map();
  throw error;
}
