import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '#config';

/** Whether two secrets are the same. How long it takes tells nothing of where they differ, nor of their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

/** @returns the name of the key; all keys are compared, whichever it is. Undefined when it is none of them. */
export function nameOf(secret: string, keys: readonly ApiKey[]): string | undefined {
  const hash = sha256(secret);
  let name: string | undefined;
  for (const key of keys) {
    if (timingSafeEqual(hash, Buffer.from(key.sha256, 'hex'))) name = key.name;
  }
  return name;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
