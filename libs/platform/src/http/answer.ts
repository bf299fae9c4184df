import { HttpException } from '@nestjs/common';
import { QueueFullError } from '#detection/models';
import { BoxreelError, factsOf, isInputFault, type ErrorCode } from '#errors';
import { VolumeFullError, isVolumeFault } from '#workspace';

/** An error as sent to the client. */
export interface Answer {
  readonly status: number;
  /** Stable and machine-readable. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** Seconds after which to retry; set for every 503. */
  readonly retryAfter?: number;
  /** Part of normal operation, such as a full queue; not logged. */
  readonly expected?: boolean;
  /** Details of a health check. */
  readonly details?: unknown;
}

/** Default for a 503 whose error has none. */
const RETRY_AFTER_S = 5;

/** @param tooLarge the message for a request that is too large */
export function toAnswer(error: unknown, tooLarge: string): Answer {
  const found = classify(error, tooLarge);
  return found.status === 503 ? { retryAfter: RETRY_AFTER_S, ...found } : found;
}

/** Whether the request or its file is at fault, so that sending it again would fail the same way. */
export function isClientFault(error: unknown): boolean {
  return error instanceof HttpException ? error.getStatus() < 500 : isInputFault(error);
}

/** Code and message of one unusable image in a request with several. */
export function toProblem({ code, message }: BoxreelError): { code: string; message: string } {
  return { code, message };
}

function classify(error: unknown, tooLarge: string): Answer {
  const own = error instanceof BoxreelError ? fromOwn(error) : undefined;
  if (own) return own;
  if (error instanceof HttpException) return fromHttp(error, tooLarge);
  const unreadable = fromBodyParser(error);
  if (unreadable) return unreadable;
  if (isDatabaseUnavailable(error)) {
    return answer(
      'DATABASE_UNAVAILABLE',
      'The database is unavailable. Nothing was changed. Try again soon.',
    );
  }
  if (isVolumeFault(error)) {
    return answer('VOLUME_FULL', 'The volume is full or not writable. The upload was not kept.');
  }
  return answer('INTERNAL', 'Internal error. See the log of the service for details.');
}

function answer(code: ErrorCode, message: string): Answer {
  return { status: factsOf(code).status ?? 500, code, message };
}

/** @returns undefined for an error that is not shown to clients */
function fromOwn(error: BoxreelError): Answer | undefined {
  const { code, message, retryAfterS } = error;
  const { status } = factsOf(code);
  if (status === undefined) return undefined;
  const expected = error instanceof QueueFullError || error instanceof VolumeFullError;
  const retryAfter = retryAfterS === undefined ? undefined : Math.ceil(retryAfterS);
  return {
    status,
    code,
    message,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(expected && { expected }),
  };
}

function fromHttp(error: HttpException, tooLarge: string): Answer {
  const status = error.getStatus();
  const body = error.getResponse();
  if (typeof body === 'object' && 'status' in body && 'details' in body) {
    return { ...answer('NOT_READY', 'Not ready.'), status, details: body, expected: true };
  }
  if (status === 413) return { status, code: 'TOO_LARGE', message: tooLarge };
  const code = error.name
    .replace(/Exception$/, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();
  // Thrown deliberately, with a message for the client.
  return { status, code, message: error.message, expected: status === 503 };
}

/** Errors of the JSON and form parser, which have a status and a type. */
function fromBodyParser(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  switch (error.status) {
    case 400:
      return answer('BAD_REQUEST', `The body cannot be read: ${error.message}.`);
    case 413:
      return answer('TOO_LARGE', 'The body of the request is too large.');
    case 415:
      return answer('UNSUPPORTED_MEDIA_TYPE', `The body cannot be read: ${error.message}.`);
    default:
      return undefined;
  }
}

function isDatabaseUnavailable(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoPoolCleared)|ConnectedError$/.test(
      error.name,
    )
  );
}
