import { open } from 'node:fs/promises';

/** Bytes to read; enough for every signature below. */
const SNIFFED_BYTES = 512;

/** Signatures of files that users send instead of images, videos and models; `text` is the start, read as Latin-1. */
const SIGNATURES: readonly (readonly [what: string, matches: (text: string) => boolean])[] = [
  ['an HTML page', (text) => /^\s*(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body)\b/i.test(text)],
  ['an SVG drawing', (text) => /^\s*(<\?xml[^]*)?<svg\b/i.test(text)],
  ['an XML document', (text) => /^\s*<\?xml\b/i.test(text)],
  [
    'a Git LFS pointer (the file itself was not fetched)',
    (text) => text.startsWith('version https://git-lfs'),
  ],
  ['a JSON document', (text) => /^\s*[[{]\s*["{[\]}]/.test(text)],
  ['a JPEG image', (text) => text.startsWith('\xff\xd8\xff')],
  ['a PNG image', (text) => text.startsWith('\x89PNG\r\n\x1a\n')],
  ['a GIF image', (text) => /^GIF8[79]a/.test(text)],
  ['a BMP image', (text) => /^BM[^]{4}\0{4}/.test(text)],
  ['a TIFF image', (text) => /^(II\*\0|MM\0\*)/.test(text)],
  ['a WebP image', (text) => /^RIFF[^]{4}WEBP/.test(text)],
  ['a HEIC or AVIF image', (text) => /^[^]{4}ftyp(hei|hev|mif1|msf1|avi)/.test(text)],
  ['a video', (text) => /^([^]{4}ftyp|RIFF[^]{4}AVI )/.test(text) || text.startsWith('\x1a\x45\xdf\xa3')],
  ['a PDF document', (text) => text.startsWith('%PDF-')],
  ['a ZIP archive', (text) => text.startsWith('PK\x03\x04')],
  ['a gzip archive', (text) => text.startsWith('\x1f\x8b')],
];

/**
 * Describes bytes by their first 512, for an error message: 'an HTML page', 'a video', ...
 *
 * @returns a noun with its article; undefined if unknown
 */
export function describeContent(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFFED_BYTES));
  const text = start.toString('latin1').replace(/^\xef\xbb\xbf/, ''); // strip a byte order mark
  return SIGNATURES.find(([, matches]) => matches(text))?.[0];
}

/**
 * Describes a file by its first bytes; see `describeContent`.
 *
 * @throws the file system's error
 */
export async function describeFile(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return describeContent(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
