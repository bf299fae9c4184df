import { HttpException } from '@nestjs/common';
import { DetectionError } from '#detection';
import { InvalidCursor, InvalidJobId, JobNotFound, KeyReused, LeaseLost, WrongStatus } from '#jobs';
import { MediaError } from '#media';
import { UploadRefused } from './upload-refused';

/** What a client gets to see of an error. */
export interface Answer {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** Seconds after which another try makes sense; given with 503. */
  readonly retryAfter?: number;
  /** Part of normal work, such as a full queue: not worth a line in the log. */
  readonly expected?: boolean;
  /** Details of a health check. */
  readonly details?: unknown;
}

/** Where an error does not say when to come again. */
const RETRY_AFTER_S = 5;

/** What a DetectionError means to a client: 422 where another try would end the same way. Others are faults of ours. */
const DETECTION_STATUS: Readonly<Record<string, number>> = {
  BAD_IMAGE: 422,
  BAD_MANIFEST: 422,
  MODEL_MISSING: 422,
  MODEL_MISMATCH: 422,
  MODEL_INTEGRITY: 422,
  MODEL_CONVERSION: 422,
  QUEUE_FULL: 503,
  MODEL_UNAVAILABLE: 503,
  WORKER_LOST: 503,
  DETECTOR_UNAVAILABLE: 503,
};

/** @param tooLarge the sentence for an upload that is refused for its size */
export function toAnswer(error: unknown, tooLarge: string): Answer {
  const answer = classify(error, tooLarge);
  return answer.status === 503 ? { retryAfter: RETRY_AFTER_S, ...answer } : answer;
}

/** Code and sentence of an image that cannot be used, where the others of its request can. */
export function toProblem({ code, message }: DetectionError): { code: string; message: string } {
  return { code, message };
}

function classify(error: unknown, tooLarge: string): Answer {
  if (error instanceof MediaError) return { ...known(error), status: mediaStatus(error) };
  if (error instanceof DetectionError) return fromDetection(error);
  if (error instanceof JobNotFound) return { ...known(error), status: 404 };
  if (error instanceof LeaseLost || error instanceof WrongStatus) return { ...known(error), status: 409 };
  if (error instanceof KeyReused) return { ...known(error), status: 422 };
  if (error instanceof InvalidJobId || error instanceof InvalidCursor) {
    return { ...known(error), status: 400 };
  }
  if (error instanceof HttpException) return fromHttp(error, tooLarge);
  const unreadable = fromBodyParser(error);
  if (unreadable) return unreadable;
  if (isDatabaseAway(error)) {
    return {
      status: 503,
      code: 'DATABASE_UNAVAILABLE',
      message: 'The database does not answer at the moment. Nothing was changed; please try again soon.',
    };
  }
  if (isVolumeFull(error)) {
    return {
      status: 507,
      code: 'VOLUME_FULL',
      message: 'The volume is full or cannot be written. The upload was not kept.',
    };
  }
  return {
    status: 500,
    code: 'INTERNAL',
    message: 'Something went wrong on our side; the log has the details.',
  };
}

function mediaStatus(error: MediaError): number {
  if (!error.inputFault) return 503;
  return error.code === 'NOT_A_VIDEO' ? 415 : 422;
}

function fromDetection(error: DetectionError): Answer {
  const retryAfter = 'retryAfterS' in error ? Number(error.retryAfterS) : RETRY_AFTER_S;
  return {
    ...known(error),
    status: DETECTION_STATUS[error.code] ?? 500,
    ...(error.code === 'QUEUE_FULL' && { retryAfter: Math.ceil(retryAfter), expected: true }),
  };
}

function known({ code, message }: { code: string; message: string }): { code: string; message: string } {
  return { code, message };
}

function fromHttp(error: HttpException, tooLarge: string): Answer {
  const status = error.getStatus();
  const body = error.getResponse();
  if (typeof body === 'object' && 'status' in body && 'details' in body) {
    return { status, code: 'NOT_READY', message: 'Not ready.', details: body, expected: true };
  }
  if (error instanceof UploadRefused) return { status, code: error.code, message: error.message };
  if (status === 413) return { status, code: 'TOO_LARGE', message: tooLarge };
  const code = error.name
    .replace(/Exception$/, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();
  // thrown on purpose, with a sentence that says it all
  return { status, code, message: error.message, expected: status === 503 };
}

/** What the parser of JSON and form bodies refuses: it makes its errors itself, with a status and a type. */
function fromBodyParser(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  switch (error.status) {
    case 400:
      return { status: 400, code: 'BAD_REQUEST', message: `The body cannot be read: ${error.message}.` };
    case 413:
      return { status: 413, code: 'TOO_LARGE', message: 'The body of the request is too large.' };
    case 415:
      return {
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: `The body cannot be read: ${error.message}.`,
      };
    default:
      return undefined;
  }
}

function isDatabaseAway(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoPoolCleared)|ConnectedError$/.test(
      error.name,
    )
  );
}

/** Whether it is the file system's way to say that nothing more can be written. */
export function isVolumeFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return ['ENOSPC', 'EDQUOT', 'EROFS'].includes(String(error.code));
}
