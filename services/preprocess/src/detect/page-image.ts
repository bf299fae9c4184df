import {
  BadRequestException,
  Injectable,
  ServiceUnavailableException,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import type { Observable } from 'rxjs';
import { IMAGE_FIELD, MAX_IMAGE_BYTES, UploadRefusedError } from '#platform';

/** An image in memory, as multer returns it. */
export interface ReceivedImage {
  readonly originalname: string;
  readonly buffer: Buffer;
}

/** Limits the memory of the page without JavaScript. The API streams instead. */
const MAX_AT_ONCE = 4;

/** Receives the image of a form into memory. Refuses more requests than `MAX_AT_ONCE` with 503. */
@Injectable()
export class PageImage implements NestInterceptor {
  private running = 0;

  private readonly receive = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: MAX_IMAGE_BYTES, files: 1, fields: 20, fieldSize: 4096, parts: 32 },
    defParamCharset: 'utf8', // browsers send file names as UTF-8
  }).single(IMAGE_FIELD);

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (this.running >= MAX_AT_ONCE) {
      throw new ServiceUnavailableException('Too many images are being received. Try again soon.');
    }
    this.running += 1;
    response.once('close', () => (this.running -= 1));
    await new Promise<void>((resolve, reject) => {
      this.receive(request, response, (error?: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(explain(error));
      });
    });
    return next.handle();
  }
}

function explain(error: unknown): Error {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') {
    const limit = MAX_IMAGE_BYTES / 1024 ** 2;
    return new UploadRefusedError('TOO_LARGE', `The image is too large: the limit is ${limit} MB.`);
  }
  return new BadRequestException(`Cannot read the form: ${(error as Error).message}.`);
}
