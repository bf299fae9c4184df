import { BadRequestException, ConflictException, NotFoundException } from '@nestjs/common';
import { TUS_RESUMABLE } from '@tus/server';
import type { Request } from 'express';
import { BoxreelError } from '#errors';
import { UploadRefusedError } from '#platform';

/** The client uses another version of the protocol, or names none. */
export class TusVersionError extends BoxreelError {
  constructor() {
    super(
      'PRECONDITION_FAILED',
      `Resumable uploads use tus ${TUS_RESUMABLE}: send the header "Tus-Resumable: ${TUS_RESUMABLE}".`,
    );
  }
}

/**
 * The file is complete, but its job cannot be created yet. The status is 423, because on a 5xx some clients
 * (such as tus-js-client 4) discard the upload and send everything again.
 */
export class UploadUnfinishedError extends BoxreelError {
  constructor() {
    super(
      'NOT_FINISHED_YET',
      'The upload is complete, but its job cannot be created right now. Try again soon.',
    );
  }
}

/** The content type of a part of an upload is not that of tus. */
export class WrongChunkTypeError extends BoxreelError {
  constructor(request: Request) {
    const type = request.get('Content-Type');
    const sent = type === undefined ? 'without a Content-Type' : `as "${type.slice(0, 64)}"`;
    super(
      'UNSUPPORTED_MEDIA_TYPE',
      `The part of the upload was sent ${sent}: send the header "Content-Type: application/offset+octet-stream".`,
    );
  }
}

/** Translates tus server errors. */
export function explainTus(status: number, body: string): Error {
  switch (status) {
    case 404:
    case 410:
      return new NotFoundException('Upload not found; it may have expired. Start again with POST.');
    case 409:
      return new ConflictException(
        'Upload-Offset does not match this upload. Get the current offset with HEAD and resume there.',
      );
    case 413:
      return new UploadRefusedError('TOO_LARGE', 'The body is longer than Upload-Length.');
    default:
      return new BadRequestException(`Invalid tus ${TUS_RESUMABLE} request: ${body.trim()}`);
  }
}
