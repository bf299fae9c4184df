import type { ErrorCode } from '#errors';
import { BadImageError, DetectionError, ModelMismatchError, PrecisionUnavailableError } from '../errors';

/** Message from the pool to a worker. */
export type Request<Job> =
  { readonly type: 'batch'; readonly jobs: readonly Job[] } | { readonly type: 'close' };

/** Message from a worker to the pool, batches in order of arrival. A worker that cannot start sends `failed` and exits. */
export type Reply<Result> =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: WireError }
  | {
      readonly type: 'batch';
      /** When the worker started the batch, by `monotonicMs`. */
      readonly startedAt: number;
      /** In the order of the jobs. */
      readonly outcomes: readonly Outcome<Result>[];
    };

export type Outcome<Result> = { readonly result: Result } | { readonly error: WireError };

/** An error as sent between threads, where classes are lost. */
export interface WireError {
  readonly code?: ErrorCode;
  readonly message: string;
}

/** Milliseconds of a clock that all threads share (`performance.now()` starts at 0 in each). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DetectionError ? { code: error.code, message } : { message };
}

/** The error of the other side. An unexpected error stays one: its message was not written for users. */
export function fromWire({ code, message }: WireError): Error {
  if (code === undefined) return new Error(message);
  if (code === 'BAD_IMAGE') return new BadImageError(message);
  if (code === 'MODEL_MISMATCH') return new ModelMismatchError(message);
  if (code === 'PRECISION_UNAVAILABLE') return new PrecisionUnavailableError(message);
  return new DetectionError(code, message);
}
