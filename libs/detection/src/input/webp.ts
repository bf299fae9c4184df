import { readFileSync } from 'node:fs';
import { BadImageError } from '../errors';
import { exifChunkOrientation } from './exif';
import { checkSize, PixelBuffer, type RgbImage } from './rgb-image';
import { type Orientation, upright } from './upright';

/** Opaque. */
type CompiledModule = object;

/** The part used here: the types of Node 20 lack it. */
declare const WebAssembly: {
  readonly Module: new (code: Buffer) => CompiledModule;
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: Libwebp };
};

/** libwebp, compiled to WebAssembly. */
interface Libwebp {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly malloc: (bytes: number) => number;
  /** @returns the address of the pixels, RGBA; 0 if the data is invalid */
  readonly WebPDecodeRGBA: (data: number, bytes: number, width: number, height: number) => number;
}

interface WebpHeader {
  /** Stored size, before rotation. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
}

const RIFF_HEADER = 8;
const CHUNKS_AT = 12;
const CHUNK_HEADER = 8;
/** Flag of the extended header VP8X. */
const ANIMATED = 0x02;

/**
 * Decodes WebP images with libwebp in WebAssembly. Every image gets its own instance, so that a malicious image can
 * neither read the pixels of others nor affect them, and the memory is freed afterwards.
 */
export class WebpDecoder {
  private readonly decoded = new PixelBuffer();
  private readonly turned = new PixelBuffer();
  private compiled: CompiledModule | undefined;

  /**
   * @returns the image, rotated by its EXIF orientation and blended with white; its pixels are valid until the next call
   * @throws BadImageError if the bytes are not a complete WebP image, or it is animated or too large
   */
  decode(webp: Buffer): RgbImage {
    const { width, height, orientation } = readWebpHeader(webp);
    checkSize(width, height);
    const rgb = this.decoded.ofSize(3 * width * height);
    blendWithWhite(this.pixelsOf(webp, width, height), rgb);
    if (orientation === 1) return { width, height, rgb };
    return upright({ width, height, rgb }, orientation, this.turned.ofSize(3 * width * height));
  }

  /** @returns RGBA */
  private pixelsOf(webp: Buffer, width: number, height: number): Uint8Array {
    this.compiled ??= new WebAssembly.Module(readFileSync(require.resolve('@cwasm/webp/webp.wasm')));
    const { exports } = new WebAssembly.Instance(this.compiled, { wasi_snapshot_preview1: SYSTEM_CALLS });
    const { memory, malloc, WebPDecodeRGBA } = exports;
    try {
      const size = malloc(8);
      const data = malloc(webp.length);
      new Uint8Array(memory.buffer, data, webp.length).set(webp);
      const pixels = WebPDecodeRGBA(data, webp.length, size, size + 4);
      const [decodedWidth, decodedHeight] = new Uint32Array(memory.buffer, size, 2);
      if (pixels !== 0 && decodedWidth === width && decodedHeight === height) {
        return new Uint8Array(memory.buffer, pixels, 4 * width * height);
      }
    } catch (error) {
      throw new BadImageError(DAMAGED, { cause: error }); // it ran out of memory or bounds
    }
    throw new BadImageError(DAMAGED);
  }
}

const DAMAGED = 'it is a damaged WebP image';

/** libwebp imports these to report assertions, and never calls them. */
const SYSTEM_CALLS = { fd_close: unexpected, fd_seek: unexpected, fd_write: unexpected };

function unexpected(): never {
  throw new Error('libwebp made a system call');
}

export function isWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

/**
 * Reads the chunks of a WebP image (RFC 9649, section 2). Needed before decoding, to limit the size.
 *
 * @throws BadImageError if the image data is missing, incomplete or animated
 */
function readWebpHeader(webp: Buffer): WebpHeader {
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  const end = RIFF_HEADER + webp.readUInt32LE(4); // bytes after it are no part of the image
  for (let at = CHUNKS_AT; at + CHUNK_HEADER <= Math.min(end, webp.length);) {
    const type = webp.toString('latin1', at, at + 4);
    const length = webp.readUInt32LE(at + 4);
    const data = webp.subarray(at + CHUNK_HEADER, at + CHUNK_HEADER + length);
    if (data.length < length) throw new BadImageError('it is a truncated WebP image');
    if (type === 'ANIM' || (type === 'VP8X' && ((data[0] ?? 0) & ANIMATED) !== 0)) {
      throw new BadImageError('it is an animated WebP image; send a single frame');
    }
    if (type === 'VP8 ' || type === 'VP8L') size ??= frameSize(type, data);
    if (type === 'EXIF') orientation = exifChunkOrientation(data) ?? orientation;
    at += CHUNK_HEADER + length + (length % 2); // padded to an even length
  }
  if (!size) throw new BadImageError('it is a truncated WebP image');
  return { ...size, orientation };
}

/** Size from the frame header of VP8 (RFC 6386, section 9.1) or VP8L (RFC 9649, section 3.4): 14 bits per side. */
function frameSize(type: 'VP8 ' | 'VP8L', data: Buffer): { width: number; height: number } {
  if (data.length < 10) throw new BadImageError('its WebP header is invalid');
  const side = (bits: number): number => bits & 0x3fff;
  const size =
    type === 'VP8 '
      ? { width: side(data.readUInt16LE(6)), height: side(data.readUInt16LE(8)) }
      : { width: side(data.readUInt16LE(1)) + 1, height: side(data.readUInt32LE(1) >>> 14) + 1 };
  if (size.width === 0 || size.height === 0) throw new BadImageError('its WebP header is invalid');
  return size;
}

function blendWithWhite(rgba: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3] as number;
    for (let channel = 0; channel < 3; channel++) {
      const value = rgba[from + channel] as number;
      rgb[to + channel] = alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
}
