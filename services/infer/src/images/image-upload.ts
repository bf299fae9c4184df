import { once } from 'node:events';
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
import { IMAGE_FIELD, MAX_IMAGES, MAX_IMAGE_BYTES, MAX_JSON_BYTES, detectBodyType } from '#platform';
import { parseJsonBody } from './json-body';

/** Allowance for text fields and part headers. */
const MAX_OVERHEAD_BYTES = 64 * 1024;
const MAX_REQUEST_BYTES = MAX_IMAGES * MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES;

/** A body in JSON is held three times for a moment: as bytes, as text and as images. */
const JSON_WEIGHT = 3;

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
    const type = detectBodyType(request);
    const limit = type === 'form' ? MAX_REQUEST_BYTES : MAX_JSON_BYTES;
    if (Number(request.headers['content-length']) > limit) throw new PayloadTooLargeException();
    await new Promise<void>((resolve, reject) => {
      this.count(request, response, { limit, weight: type === 'form' ? 1 : JSON_WEIGHT }, reject);
      if (type === 'json') void receiveJson(request).then(resolve, reject);
      else {
        this.receive(request, response, (error?: unknown) => {
          if (error === undefined || error === null) resolve();
          else reject(explain(error));
        });
      }
    });
    return next.handle();
  }

  /** Counts the bytes of a request until its response, and refuses it beyond the limit. */
  private count(request: Request, response: Response, { limit, weight }: Counting, reject: Reject): void {
    let bytes = 0;
    const add = ({ length }: Buffer) => {
      bytes += length;
      this.held += weight * length;
      if (bytes > limit) drop(new PayloadTooLargeException());
      else if (this.held > this.maxHeldBytes) {
        drop(new ServiceUnavailableException('Too many images are being received. Try again soon.'));
      }
    };
    const drop = (reason: Error) => {
      request.removeAllListeners('data').unpipe();
      request.resume(); // discard the rest
      reject(reason);
    };
    request.on('data', add);
    response.once('close', () => (this.held -= weight * bytes));
  }
}

interface Counting {
  /** Maximum size of the body. */
  readonly limit: number;
  /** Bytes of memory per byte of the body. */
  readonly weight: number;
}

type Reject = (reason: Error) => void;

/** Sets `files` and `body` as multer does. */
async function receiveJson(request: Request): Promise<void> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  const { images, fields } = parseJsonBody(Buffer.concat(chunks));
  Object.assign(request, { files: images, body: fields });
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
