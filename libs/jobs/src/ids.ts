import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { JOB_ID } from '#contract';
import { InvalidJobIdError } from './errors';

/** An id for a new job: an ObjectId, so that ids sort by creation time, to the second. */
export function newJobId(): string {
  return new Types.ObjectId().toHexString();
}

/** A webhook message id. Contains no dot, because dots separate the signed parts. */
export function newCallbackId(): string {
  return `msg_${randomUUID()}`;
}

/** Whether an insert failed because of a unique index. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}

/** Whether a record has an id of the right type. Other programs may insert records without one. */
export function hasJobId({ _id }: { readonly _id: unknown }): boolean {
  return _id instanceof Types.ObjectId;
}

/** @throws InvalidJobIdError */
export function toObjectId(id: string): Types.ObjectId {
  if (!JOB_ID.test(id)) throw new InvalidJobIdError(id);
  return new Types.ObjectId(id);
}

/** @returns the same id @throws InvalidJobIdError unless it has 24 hex digits in lowercase */
export function checkJobId(id: string): string {
  toObjectId(id);
  return id;
}
