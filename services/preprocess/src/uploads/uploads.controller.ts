import { Controller, Delete, Head, Options, Param, Patch, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { ApiErrors } from '#http';
import { JOB_HEADER, TusService, UPLOADS_PATH } from './tus.service';
import { UploadsService } from './uploads.service';

const AWAY = 'no database at the moment; Retry-After tells when to come again';
const GONE = 'no such upload, or no longer';
const OFFSET = { 'Upload-Offset': { description: 'bytes that have arrived', schema: { type: 'integer' } } };
const JOB = { [JOB_HEADER]: { description: 'once it is complete, its job', schema: { type: 'string' } } };
const REFUSED = {
  413: 'the video is too large',
  415: 'the file is no video; nothing was kept',
  422: 'the video cannot be decoded; nothing was kept',
  503: AWAY,
  507: 'the volume is full; what has arrived is kept',
};

const ApiTus = ApiHeader({ name: 'Tus-Resumable', required: true, schema: { enum: ['1.0.0'] } });

/** Uploads that go on where they were when their line broke, by any client of the tus protocol. */
@ApiTags('uploads')
@Controller(UPLOADS_PATH)
@Access('user')
export class UploadsController {
  constructor(
    private readonly tus: TusService,
    private readonly uploads: UploadsService,
  ) {}

  @Options()
  @ApiNoContentResponse({ description: 'what is spoken here: tus versions, extensions, the largest file' })
  async options(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Post()
  @ApiTus
  @ApiHeader({ name: 'Upload-Length', required: true, description: 'bytes of the whole file' })
  @ApiHeader({
    name: 'Upload-Metadata',
    required: false,
    description:
      'filename, and the fields of POST /api/jobs, each in Base64; idempotencyKey makes one job of two uploads',
  })
  @ApiCreatedResponse({
    description: 'send the file to Location with PATCH',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiErrors({
    400: 'something about the job is wrong; all mistakes at once',
    412: 'not tus 1.0.0',
    ...REFUSED,
  })
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Head(':id')
  @ApiTus
  @ApiOkResponse({ description: 'where to go on', headers: { ...OFFSET, ...JOB } })
  @ApiErrors({ 404: GONE, 412: 'not tus 1.0.0', 423: 'another request works on it; try again soon' })
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Patch(':id')
  @ApiTus
  @ApiConsumes('application/offset+octet-stream')
  @ApiHeader({ name: 'Upload-Offset', required: true, description: 'as HEAD tells it' })
  @ApiBody({
    schema: { type: 'string', format: 'binary' },
    description: 'the file from there on, or a part of it',
  })
  @ApiNoContentResponse({ description: 'it has arrived', headers: { ...OFFSET, ...JOB } })
  @ApiErrors({
    400: 'not as the protocol has it',
    404: GONE,
    409: 'the upload does not end there; ask with HEAD',
    412: 'not tus 1.0.0',
    ...REFUSED,
    423: 'another request works on it; try again soon',
  })
  async append(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Delete(':id')
  @ApiTus
  @ApiNoContentResponse({ description: 'nothing of it is left' })
  @ApiErrors({ 404: GONE, 409: 'it is complete and a job', 412: 'not tus 1.0.0' })
  async remove(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.uploads.checkRemoval(id);
    await this.tus.handle(request, response);
  }
}
