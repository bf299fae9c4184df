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
import { ApiErrors } from '#platform';
import { UNAVAILABLE } from '../jobs/error-descriptions';
import { JOB_HEADER, TusService, UPLOADS_PATH } from './tus.service';
import { UploadsService } from './uploads.service';

const NOT_FOUND = 'upload not found or expired';
const LOCKED = 'another request is using this upload; try again soon';
const OFFSET = { 'Upload-Offset': { description: 'bytes received', schema: { type: 'integer' } } };
const JOB = {
  [JOB_HEADER]: { description: 'id of the job of a complete upload', schema: { type: 'string' } },
};
const UPLOAD_ERRORS = {
  413: 'the video is too large',
  415: 'the file is not a video; nothing is kept',
  422: 'the video cannot be decoded; nothing is kept',
  503: UNAVAILABLE,
  507: 'the volume is full; the part that has arrived is kept',
};

const ApiTus = ApiHeader({ name: 'Tus-Resumable', required: true, schema: { enum: ['1.0.0'] } });

/** Resumable uploads for any client of the tus protocol. */
@ApiTags('uploads')
@Controller(UPLOADS_PATH)
@Access('user')
export class UploadsController {
  constructor(
    private readonly tus: TusService,
    private readonly uploads: UploadsService,
  ) {}

  @Options()
  @ApiNoContentResponse({ description: 'supported tus versions and extensions, and the maximum file size' })
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
      'filename and the fields of POST /api/jobs, each in Base64; uploads with the same idempotencyKey create one job',
  })
  @ApiCreatedResponse({
    description: 'send the file to Location with PATCH',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiErrors({
    400: 'invalid job options; lists all errors',
    412: 'not tus 1.0.0',
    ...UPLOAD_ERRORS,
  })
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Head(':id')
  @ApiTus
  @ApiOkResponse({ description: 'the offset to resume from', headers: { ...OFFSET, ...JOB } })
  @ApiErrors({ 404: NOT_FOUND, 412: 'not tus 1.0.0', 423: LOCKED })
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Patch(':id')
  @ApiTus
  @ApiConsumes('application/offset+octet-stream')
  @ApiHeader({ name: 'Upload-Offset', required: true, description: 'the offset from HEAD' })
  @ApiBody({
    schema: { type: 'string', format: 'binary' },
    description: 'the file from that offset on, or a part of it',
  })
  @ApiNoContentResponse({ description: 'received', headers: { ...OFFSET, ...JOB } })
  @ApiErrors({
    400: 'invalid tus request',
    404: NOT_FOUND,
    409: 'the offset does not match; get it with HEAD',
    412: 'not tus 1.0.0',
    ...UPLOAD_ERRORS,
    423: LOCKED,
  })
  async append(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Delete(':id')
  @ApiTus
  @ApiNoContentResponse({ description: 'the upload is removed' })
  @ApiErrors({ 404: NOT_FOUND, 409: 'the upload is complete and has become a job', 412: 'not tus 1.0.0' })
  async remove(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.uploads.checkRemoval(id);
    await this.tus.handle(request, response);
  }
}
