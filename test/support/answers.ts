import { openAsBlob } from 'node:fs';
import { join } from 'node:path';

/** Well-formed ids that do not exist. */
export const NO_JOB = '64b000000000000000000001';
export const NO_UPLOAD = '0'.repeat(32);

export const JSON_PLEASE = { Accept: 'application/json' };

/** A form with one file. */
export async function form(folder: string, field: string, name: string): Promise<FormData> {
  const data = new FormData();
  data.set(field, await openAsBlob(join(folder, name)), name);
  return data;
}

/** Status and error code of a response. */
export async function codeOf(answer: Response): Promise<[number, string | undefined]> {
  const body = (await answer.json().catch(() => undefined)) as { error?: { code: string } } | undefined;
  return [answer.status, body?.error?.code];
}
