import { Controller, Delete, Head, Options, Param, Patch, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { ApiErrors } from '#platform';
import { UNAVAILABLE } from '../jobs/error-descriptions';
import {
  ApiChunk,
  ApiTus,
  ApiUploadId,
  EXPIRES,
  JOB,
  LENGTH,
  LOCATION,
  METADATA,
  OFFSET,
  STATE,
  SUPPORTED,
} from './uploads.document';
import { CHUNK_TYPE, TusService, UPLOADS_PATH } from './tus.service';
import { UploadsService } from './uploads.service';

const NOT_FOUND = 'upload not found or expired';
const LOCKED = 'another request is using this upload; try again soon';
const UPLOAD_ERRORS = {
  413: 'the video is too large',
  415: 'the file is not a video; nothing is kept',
  422: 'the video cannot be decoded; nothing is kept',
  503: UNAVAILABLE,
  507: 'the volume is full; the part that has arrived is kept',
};

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
  @ApiOperation({ summary: 'What the server supports' })
  @ApiNoContentResponse({
    description: 'supported tus versions and extensions, and the maximum file size',
    headers: SUPPORTED,
  })
  async options(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Post()
  @ApiOperation({ summary: 'Start a resumable upload' })
  @ApiTus
  @ApiHeader(LENGTH)
  @ApiHeader(METADATA)
  @ApiChunk({ required: false, description: 'the beginning of the file; may also be sent with PATCH' })
  @ApiCreatedResponse({
    description: 'send the rest of the file to Location with PATCH',
    headers: { Location: LOCATION, ...OFFSET, ...EXPIRES, ...JOB },
  })
  @ApiErrors({
    400: 'invalid tus request or job options; lists all errors',
    412: 'not tus 1.0.0',
    ...UPLOAD_ERRORS,
  })
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Head(':id')
  @ApiOperation({ summary: 'How much of an upload has arrived' })
  @ApiTus
  @ApiUploadId
  @ApiOkResponse({
    description: 'the offset to resume from',
    headers: { ...OFFSET, ...STATE, ...EXPIRES, ...JOB },
  })
  @ApiErrors({ 404: NOT_FOUND, 412: 'not tus 1.0.0', 423: LOCKED, 503: UNAVAILABLE })
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Send the next part of an upload' })
  @ApiTus
  @ApiUploadId
  @ApiHeader({
    name: 'Upload-Offset',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    description: 'the offset from HEAD',
  })
  @ApiChunk({ required: true, description: 'the file from that offset on, or a part of it' })
  @ApiNoContentResponse({ description: 'received', headers: { ...OFFSET, ...EXPIRES, ...JOB } })
  @ApiErrors({
    400: 'invalid tus request',
    404: NOT_FOUND,
    409: 'the offset does not match; get it with HEAD',
    412: 'not tus 1.0.0',
    ...UPLOAD_ERRORS,
    415: `the file is not a video (nothing is kept), or the Content-Type is not ${CHUNK_TYPE}`,
    423: LOCKED,
  })
  async append(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Abort an upload' })
  @ApiTus
  @ApiUploadId
  @ApiNoContentResponse({ description: 'the upload is removed' })
  @ApiErrors({
    404: NOT_FOUND,
    409: 'the upload is complete and has become a job',
    412: 'not tus 1.0.0',
    423: LOCKED,
  })
  async remove(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.uploads.checkRemoval(id);
    await this.tus.handle(request, response);
  }
}
