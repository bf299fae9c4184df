import { randomUUID } from 'node:crypto';
import { Types } from 'mongoose';
import { InvalidJobIdError } from './errors';

/** An id for a new job: an ObjectId, so ids sort by the second they were made in. */
export function newJobId(): string {
  return new Types.ObjectId().toHexString();
}

/** Names an end of a job. Without a dot: the Standard Webhooks specification signs it with dots around. */
export function newCallbackId(): string {
  return `msg_${randomUUID()}`;
}

/** Whether an insert was refused because another record has the same value of a unique index. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}

/** Others may make records with ids of any type; those have no address and no folder. */
export function hasJobId({ _id }: { readonly _id: unknown }): boolean {
  return _id instanceof Types.ObjectId;
}

/** @throws InvalidJobIdError */
export function toObjectId(id: string): Types.ObjectId {
  if (!/^[0-9a-f]{24}$/.test(id)) throw new InvalidJobIdError(id);
  return new Types.ObjectId(id);
}

/** @returns the same id @throws InvalidJobId unless it has 24 hex digits in lower case */
export function checkJobId(id: string): string {
  toObjectId(id);
  return id;
}
