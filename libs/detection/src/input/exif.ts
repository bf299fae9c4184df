import { type Orientation } from './upright';

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * Orientation from the APP1 segment of a JPEG: tag 0x0112 of the first directory of a TIFF structure (Exif 2.32,
 * section 4.6).
 *
 * @param segment contents of the segment, without marker and length
 * @returns undefined if it is missing or damaged, because an orientation is optional
 */
export function exifOrientation(segment: Buffer): Orientation | undefined {
  return segment.subarray(0, EXIF.length).equals(EXIF)
    ? tiffOrientation(segment.subarray(EXIF.length))
    : undefined;
}

function tiffOrientation(tiff: Buffer): Orientation | undefined {
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => {
    if (at + 2 > tiff.length) return 0;
    return little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  };
  const long = (at: number): number =>
    little ? short(at) + 0x10000 * short(at + 2) : 0x10000 * short(at) + short(at + 2);
  if (short(2) !== 42) return undefined;
  const directory = long(4);
  for (let entry = 0; entry < short(directory); entry++) {
    const at = directory + 2 + 12 * entry;
    if (short(at) !== ORIENTATION || short(at + 2) !== SHORT) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  }
  return undefined;
}
