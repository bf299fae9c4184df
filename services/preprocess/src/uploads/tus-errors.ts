import { BadRequestException, ConflictException, HttpException, NotFoundException } from '@nestjs/common';
import { TUS_RESUMABLE } from '@tus/server';
import { UploadRefused } from '#http';
import { LockedException } from './upload-lock';

/** The client speaks another version of the protocol, or none. */
export class PreconditionFailedException extends HttpException {
  constructor() {
    super(
      `Resumable uploads speak tus ${TUS_RESUMABLE}: send the header "Tus-Resumable: ${TUS_RESUMABLE}".`,
      412,
    );
  }
}

/**
 * The file is there, its job is not, for a reason that will pass. Said with 423, because a client that is told 5xx when
 * it asks for an upload (tus-js-client 4 for one) gives that up and sends everything again.
 */
export class NotFinishedYet extends LockedException {
  constructor() {
    super('The file has arrived and is kept, but it cannot be made a job at the moment. Try again soon.');
  }
}

/** What the tus server answers of its own accord, in our words. */
export function explainTus(status: number, body: string): HttpException {
  switch (status) {
    case 404:
    case 410:
      return new NotFoundException('There is no such upload, or no longer: start again with POST.');
    case 409:
      return new ConflictException(
        'Upload-Offset is not where this upload ends. HEAD tells where that is; go on there.',
      );
    case 413:
      return new UploadRefused('TOO_LARGE', 'More came than Upload-Length had announced.');
    default:
      return new BadRequestException(`That is not how tus ${TUS_RESUMABLE} works: ${body.trim()}`);
  }
}
