import { basename, extname } from 'node:path';

/** Longest name in bytes; file systems stop at 255, and temporary names need some of it. */
const MAX_BYTES = 200;

/** Characters that change the direction of what comes after them, or its line: "exe.4pm" can be made to look like "mp4.exe". */
const DIRECTIONS = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A name that is safe as one component of a path, as close to the user's own as can be: folders, control
 * characters and leading dots and dashes go; letters of any language, spaces, quotes and emoji stay.
 * Never empty, at most 200 bytes of UTF-8, the extension is kept.
 */
export function safeFileName(name: string): string {
  const lastPart = basename(name.normalize('NFC').replaceAll('\\', '/'));
  const cleaned = lastPart
    .replace(/[\p{Cc}\p{Cs}/]/gu, '')
    .replace(DIRECTIONS, '')
    .replace(/^[.\-\s]+/, '')
    .trimEnd();
  const extension = limitBytes(extname(cleaned), 16);
  const stem = limitBytes(
    cleaned.slice(0, cleaned.length - extname(cleaned).length),
    MAX_BYTES - Buffer.byteLength(extension),
  );
  return stem === '' ? `video${extension || '.mp4'}` : stem + extension;
}

function limitBytes(text: string, limit: number): string {
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept;
}
