import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '#config';

/** Compares secrets in a time that reveals neither where they differ nor their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

/** Always compares all keys. @returns the name of the key; undefined for an unknown key */
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
