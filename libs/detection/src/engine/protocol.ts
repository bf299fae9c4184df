import { BadImage, DetectionError, ModelMismatch } from '../errors';

/** What the pool says to a worker. */
export type Request<Job> =
  { readonly type: 'job'; readonly id: number; readonly job: Job } | { readonly type: 'close' };

/** What a worker says to the pool. A worker that cannot start says `failed` instead of `ready`, and ends. */
export type Reply<Result> =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'result'; readonly id: number; readonly result: Result }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };

/** An error on its way between threads, where classes are lost. */
export interface WireError {
  readonly code?: string;
  readonly message: string;
}

export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DetectionError ? { code: error.code, message } : { message };
}

export function fromWire({ code = 'DETECTION_FAILED', message }: WireError): Error {
  if (code === 'BAD_IMAGE') return new BadImage(message);
  if (code === 'MODEL_MISMATCH') return new ModelMismatch(message);
  return new DetectionError(code, message);
}
