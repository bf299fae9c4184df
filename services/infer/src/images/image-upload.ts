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
import { IMAGE_FIELD, MAX_IMAGES, MAX_IMAGE_BYTES, requireForm } from '#platform';

/** Allowance for text fields and part headers. */
const MAX_OVERHEAD_BYTES = 64 * 1024;
const MAX_REQUEST_BYTES = MAX_IMAGES * MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES;

/** Memory limit of all requests together: fits the largest request, and many of usual size. */
const MAX_HELD_BYTES = 512 * 1024 ** 2;

/**
 * Receives the images of a request into memory: they are small, short-lived and go straight to the detection threads.
 * Limits the memory of all requests together and refuses requests beyond it with 503. Counts only received bytes, so
 * that a client cannot block others by announcing a large body.
 */
export class ImageUpload implements NestInterceptor {
  private held = 0;

  private readonly receive = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: MAX_IMAGE_BYTES, files: MAX_IMAGES, fields: 20, fieldSize: 4096, parts: 64 },
    defParamCharset: 'utf8', // browsers and curl send file names as UTF-8
  }).array(IMAGE_FIELD);

  /** @param maxHeldBytes memory limit of all requests together */
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

  /** Counts the bytes of a request until its response, and refuses it beyond the limit. */
  private count(request: Request, response: Response, reject: (reason: Error) => void): void {
    let bytes = 0;
    const add = ({ length }: Buffer) => {
      bytes += length;
      this.held += length;
      if (bytes > MAX_REQUEST_BYTES) drop(new PayloadTooLargeException());
      else if (this.held > this.maxHeldBytes) {
        drop(new ServiceUnavailableException('Too many images are being received. Try again soon.'));
      }
    };
    const drop = (reason: Error) => {
      request.off('data', add).unpipe();
      request.resume(); // discard the rest
      reject(reason);
    };
    request.on('data', add);
    response.once('close', () => (this.held -= bytes));
  }
}

function explain(error: unknown): Error {
  const { code, field = '' } = error instanceof MulterError ? error : {};
  if (code === 'LIMIT_FILE_SIZE') return new PayloadTooLargeException();
  if (code === 'LIMIT_FILE_COUNT') {
    return new BadRequestException(`Too many images: a request may have up to ${MAX_IMAGES}.`);
  }
  if (code === 'LIMIT_UNEXPECTED_FILE') {
    return new BadRequestException(
      `Unknown file field "${field.slice(0, 64)}": send images in the field "${IMAGE_FIELD}".`,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return new BadRequestException(`Cannot read the form: ${message}.`);
}
