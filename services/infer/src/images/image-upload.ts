import {
  BadRequestException,
  Injectable,
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
 * hold is limited; beyond it they are asked to come again.
 */
@Injectable()
export class ImageUpload implements NestInterceptor {
  private held = 0;

  private readonly receive = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: MAX_IMAGE_BYTES, files: MAX_IMAGES, fields: 20, fieldSize: 4096, parts: 64 },
    defParamCharset: 'utf8', // file names arrive as UTF-8 from every browser and from curl
  }).array(IMAGE_FIELD);

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    requireForm(request);
    this.reserve(request, response);
    await new Promise<void>((resolve, reject) => {
      this.receive(request, response, (error?: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(explain(error));
      });
    });
    return next.handle();
  }

  /** Counts what the request is going to hold, until it is answered. */
  private reserve(request: Request, response: Response): void {
    const bytes = Number(request.headers['content-length'] ?? MAX_REQUEST_BYTES);
    if (bytes > MAX_REQUEST_BYTES) throw new PayloadTooLargeException();
    if (this.held + bytes > MAX_HELD_BYTES) {
      throw new ServiceUnavailableException('Too many images are being received; please try again soon.');
    }
    this.held += bytes;
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
