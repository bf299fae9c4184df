import { BadRequestException, ConflictException, NotFoundException } from '@nestjs/common';
import { TUS_RESUMABLE } from '@tus/server';
import { BoxreelError } from '#errors';
import { UploadRefusedError } from '#http';

/** The client speaks another version of the protocol, or none. */
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
 * (tus-js-client 4 for one) give up the upload and send everything again.
 */
export class UploadUnfinishedError extends BoxreelError {
  constructor() {
    super(
      'NOT_FINISHED_YET',
      'The file has arrived and is kept, but its job cannot be created at the moment. Try again soon.',
    );
  }
}

/** What the tus server answers of its own accord, in our words. */
export function explainTus(status: number, body: string): Error {
  switch (status) {
    case 404:
    case 410:
      return new NotFoundException('There is no such upload, or no longer: start again with POST.');
    case 409:
      return new ConflictException(
        'Upload-Offset is not where this upload ends. HEAD tells where that is; go on there.',
      );
    case 413:
      return new UploadRefusedError('TOO_LARGE', 'More came than Upload-Length had announced.');
    default:
      return new BadRequestException(`That is not how tus ${TUS_RESUMABLE} works: ${body.trim()}`);
  }
}
