import {
  BadRequestException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import type { Observable } from 'rxjs';
import { IMAGE_FIELD, MAX_IMAGES, MAX_IMAGE_BYTES, requireForm } from '#http';

/** Parts around the images and the text fields. */
const MAX_OVERHEAD_BYTES = 64 * 1024;
const MAX_REQUEST_BYTES = MAX_IMAGES * MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES;

/** All requests together may hold so much: room for the largest one and for many of the usual size. */
const MAX_HELD_BYTES = 512 * 1024 ** 2;

/**
 * Receives the images of a request into memory: they are small, needed for milliseconds, and go from here straight to
 * the detector's threads; on a disk they would be written and read once for nothing. How much memory all requests
 * hold is limited; beyond it they are asked to come again. What counts is what has arrived: a client that only says
 * how much it is going to send keeps nobody out.
 */
export class ImageUpload implements NestInterceptor {
  private held = 0;

  private readonly receive = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: MAX_IMAGE_BYTES, files: MAX_IMAGES, fields: 20, fieldSize: 4096, parts: 64 },
    defParamCharset: 'utf8', // file names arrive as UTF-8 from every browser and from curl
  }).array(IMAGE_FIELD);

  /** @param maxHeldBytes what all requests together may hold */
  constructor(private readonly maxHeldBytes = MAX_HELD_BYTES) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    requireForm(request);
    if (Number(request.headers['content-length']) > MAX_REQUEST_BYTES) throw new PayloadTooLargeException();
    await new Promise<void>((resolve, reject) => {
      this.count(request, response, reject);
      this.receive(request, response, (error?: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(explain(error));
      });
    });
    return next.handle();
  }

  /** Counts what the request holds, until it is answered, and refuses it when that is too much. */
  private count(request: Request, response: Response, refuse: (reason: Error) => void): void {
    let bytes = 0;
    const add = ({ length }: Buffer) => {
      bytes += length;
      this.held += length;
      if (bytes > MAX_REQUEST_BYTES) drop(new PayloadTooLargeException());
      else if (this.held > this.maxHeldBytes) {
        drop(new ServiceUnavailableException('Too many images are being received; please try again soon.'));
      }
    };
    const drop = (reason: Error) => {
      request.off('data', add).unpipe();
      request.resume(); // nothing of the rest is kept
      refuse(reason);
    };
    request.on('data', add);
    response.once('close', () => (this.held -= bytes));
  }
}

function explain(error: unknown): Error {
  const { code, field = '' } = error instanceof MulterError ? error : {};
  if (code === 'LIMIT_FILE_SIZE') return new PayloadTooLargeException();
  if (code === 'LIMIT_FILE_COUNT') {
    return new BadRequestException(`At most ${MAX_IMAGES} images go into one request.`);
  }
  if (code === 'LIMIT_UNEXPECTED_FILE') {
    return new BadRequestException(
      `There is no field "${field.slice(0, 64)}" for files: send images as "${IMAGE_FIELD}".`,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new BadRequestException(`The form cannot be read: ${message}.`);
}
