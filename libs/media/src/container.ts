import { open } from 'node:fs/promises';

/** The containers that are taken, by the names of ffmpeg's demuxers. Playlists and scripts, which open other files, are none. */
export type Container = 'mov' | 'matroska' | 'avi' | 'mpegts' | 'flv';

/** How much of a file's beginning `sniffContainer` wants to see; less will do where the file is shorter. */
export const SNIFF_BYTES = 2048;

/** Boxes that an mp4 or mov starts with (ISO 14496-12; QuickTime files of old have no `ftyp`). */
const FIRST_BOXES = /^(ftyp|moov|mdat|wide|free|skip|pnot)$/;

/** Lengths of an MPEG-TS packet: plain, with a time stamp in front (Blu-ray), with error correction behind. */
const PACKET_LENGTHS = [188, 192, 204];

/** What container a file is, told by its first bytes alone; undefined for anything else. */
export function sniffContainer(head: Buffer): Container | undefined {
  const text = (start: number, end: number) => head.toString('latin1', start, end);
  if (FIRST_BOXES.test(text(4, 8))) return 'mov';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) return 'matroska'; // EBML, RFC 8794
  if (text(0, 4) === 'RIFF' && text(8, 11) === 'AVI') return 'avi';
  if (text(0, 4) === 'FLV\x01') return 'flv';
  return isTransportStream(head) ? 'mpegts' : undefined;
}

/**
 * Sync bytes (0x47, ISO 13818-1) at the same distance through all of `head`. A recording may start in the middle of a
 * packet. Three in a row rule out text, whose "G" does not come back every 188 letters.
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

/** The beginning of a file. */
export async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
