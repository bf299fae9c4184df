import { basename, extname } from 'node:path';

/** Maximum length in bytes: file systems allow 255, and temporary names need some of them. */
const MAX_BYTES = 200;

/** Characters that change text direction or break lines, which can make "exe.4pm" look like "mp4.exe". */
const DIRECTIONS = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Makes a name safe as one path component and keeps it as close to the original as possible: removes folders, control
 * characters and leading dots and dashes; keeps letters of any language, spaces, quotes, emoji and the extension. Never
 * empty, at most 200 bytes of UTF-8.
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
