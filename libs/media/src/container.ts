import { open } from 'node:fs/promises';

/** Accepted containers, named as ffmpeg's demuxers. Excludes playlists and scripts, because they open other files. */
export type Container = 'mov' | 'matroska' | 'avi' | 'mpegts' | 'flv';

/** Bytes from the start of a file that `sniffContainer` needs; fewer if the file is shorter. */
export const SNIFF_BYTES = 2048;

/** Boxes that an mp4 or mov can start with (ISO 14496-12; old QuickTime files have no `ftyp`). */
const FIRST_BOXES = /^(ftyp|moov|mdat|wide|free|skip|pnot)$/;

/** Lengths of an MPEG-TS packet: plain, with a leading timestamp (Blu-ray), with trailing error correction. */
const PACKET_LENGTHS = [188, 192, 204];

/** Determines the container from the first bytes of a file; undefined for anything else. */
export function sniffContainer(head: Buffer): Container | undefined {
  const text = (start: number, end: number) => head.toString('latin1', start, end);
  if (FIRST_BOXES.test(text(4, 8))) return 'mov';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) return 'matroska'; // EBML, RFC 8794
  if (text(0, 4) === 'RIFF' && text(8, 11) === 'AVI') return 'avi';
  if (text(0, 4) === 'FLV\x01') return 'flv';
  return isTransportStream(head) ? 'mpegts' : undefined;
}

/** Bytes in which the document type of a Matroska file stands. */
const EBML_HEADER = 64;

/** Whether a Matroska file has the document type `webm` (RFC 8794, section 11.2.6). */
export function isWebm(head: Buffer): boolean {
  return sniffContainer(head) === 'matroska' && head.subarray(0, EBML_HEADER).includes('webm');
}

/**
 * Checks for sync bytes (0x47, ISO 13818-1) at a constant distance throughout `head`. A recording may start in the
 * middle of a packet. Three in a row rule out text, which does not repeat a "G" every 188 letters.
 */
function isTransportStream(head: Buffer): boolean {
  return PACKET_LENGTHS.some((length) => {
    for (let first = 0; first < length && first + 2 * length < head.length; first++) {
      let at = first;
      while (at < head.length && head[at] === 0x47) at += length;
      if (at >= head.length) return true;
    }
    return false;
  });
}

/** Reads the first SNIFF_BYTES of a file. */
export async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
