import { Transform } from 'node:stream';
import {
  BadRequestException,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import type { Observable } from 'rxjs';
import { CONFIG, UploadRefusedError } from '#platform';
import { Workspace } from '#workspace';
import { MAX_FIELD_NAME, fieldTooLong, maxBodyBytes, tooLarge, type Limits } from './limits';
import { VolumeStorage } from './volume-storage';

/** Multipart field of the video. */
export const VIDEO_FIELD = 'file';

/**
 * Receives the video of a form onto the volume. Rejects uploads as early as possible: by Content-Length before reading
 * the body, and by any other limit as soon as it is exceeded.
 */
@Injectable()
export class VideoUpload implements NestInterceptor {
  private readonly options: multer.Options;

  constructor(
    workspace: Workspace,
    @Inject(CONFIG) private readonly limits: Limits,
  ) {
    this.options = {
      storage: new VolumeStorage(workspace, limits),
      limits: {
        files: 1,
        fileSize: limits.UPLOAD_MAX_BYTES,
        fields: limits.UPLOAD_MAX_FIELDS,
        fieldSize: limits.UPLOAD_FIELD_MAX_BYTES,
        fieldNameSize: MAX_FIELD_NAME,
        parts: limits.UPLOAD_MAX_FIELDS + 1,
      },
      defParamCharset: 'utf8', // browsers and curl send file names as UTF-8
    };
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (Number(request.headers['content-length']) > maxBodyBytes(this.limits)) throw tooLarge(this.limits);
    if (request.is('multipart')) await this.receive(request, response);
    return next.handle();
  }

  private async receive(request: Request, response: Response): Promise<void> {
    const body = this.countedBody(request);
    // multer reports an error only after its input ends; end that input, the request itself continues
    const streamHandler = (_request: unknown, parser: NodeJS.WritableStream) => {
      parser.once('unpipe', () => setImmediate(() => body.destroy()));
      body.pipe(parser);
    };
    const form = Object.assign(body, { headers: request.headers }) as unknown as Request;
    const receive = multer({ ...this.options, streamHandler } as multer.Options).single(VIDEO_FIELD);
    try {
      await new Promise<void>((resolve, reject) => {
        receive(form, response, (error?: unknown) => {
          if (error === undefined || error === null) resolve();
          else reject(error instanceof Error ? error : new Error(messageOf(error)));
        });
      });
      request.file = form.file;
      request.body = form.body as unknown;
    } catch (error) {
      request.unpipe(body).resume(); // discard the rest
      throw this.explain(error);
    }
  }

  /** The request body as a stream that fails if it grows too large or the client disconnects. */
  private countedBody(request: Request): Transform {
    let bytes = 0;
    const limit = maxBodyBytes(this.limits);
    const { limits } = this;
    const body = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > limit) done(tooLarge(limits));
        else done(null, chunk);
      },
    });
    request.once('close', () => {
      if (!request.complete) body.destroy(new Error('the connection was lost'));
    });
    return request.pipe(body);
  }

  private explain(error: unknown): unknown {
    const { UPLOAD_MAX_FIELDS } = this.limits;
    const { code, field = '' } = error instanceof MulterError ? error : {};
    const named = `"${field.slice(0, MAX_FIELD_NAME)}"`;
    switch (code) {
      case 'LIMIT_FILE_SIZE':
        return tooLarge(this.limits);
      case 'LIMIT_FILE_COUNT':
        return new BadRequestException('Received more than one file: send one video at a time.');
      case 'LIMIT_UNEXPECTED_FILE':
        return new BadRequestException(
          `Unknown file field ${named}: send the video in the field "${VIDEO_FIELD}".`,
        );
      case 'LIMIT_FIELD_COUNT':
      case 'LIMIT_PART_COUNT':
        return new UploadRefusedError(
          'TOO_MANY_FIELDS',
          `The form has too many fields; the limit is ${UPLOAD_MAX_FIELDS} besides the file (UPLOAD_MAX_FIELDS).`,
        );
      case 'LIMIT_FIELD_VALUE':
        return fieldTooLong(field, this.limits);
      case 'LIMIT_FIELD_KEY':
        return new UploadRefusedError(
          'FIELD_TOO_LONG',
          `A field name is too long; the limit is ${MAX_FIELD_NAME} bytes.`,
        );
      case 'MISSING_FIELD_NAME':
      case undefined:
        break;
    }
    return isOwnError(error) ? error : new BadRequestException(`Cannot read the form: ${messageOf(error)}.`);
  }
}

/** Errors of this system or of the volume; all others are parser errors about the form. */
function isOwnError(error: unknown): boolean {
  return (
    error instanceof Error && !(error instanceof MulterError) && (error.name !== 'Error' || 'code' in error)
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
