import { readFile, writeFile } from 'node:fs/promises';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { aliasReference, replaceBoxes } from '../../support/boxes';
import { H264, ffmpeg, source } from '../../support/video';

/** A file that is refused, or whose job ends with an error. */
export interface BadFile {
  readonly what: string;
  /** Name of the upload; most pretend to be a video. */
  readonly name?: string;
  readonly make: (path: string) => Promise<unknown>;
  /** 201 if only the worker can find the problem. */
  readonly status: number;
  /** Expected in the response, or in the job that ends in FRAME_CONVERT_ERROR. */
  readonly code: string;
  readonly words: RegExp;
}

/** Limits for the cases below; all others are the defaults. */
export const LIMITS = { UPLOAD_MAX_BYTES: '8000000', VIDEO_MAX_FRAMES: '2000' };

const NO_VIDEO = { status: 415, code: 'NOT_A_VIDEO', words: /is not a readable video: upload an mp4, mov/ };
const text = (content: string) => (path: string) => writeFile(path, content);
const bytes = (...content: (Buffer | string)[]) => {
  return (path: string) => writeFile(path, Buffer.concat(content.map((part) => Buffer.from(part))));
};
/** Output of ffmpeg for a generated video. */
const made = (filter: string, ...args: string[]) => {
  return (path: string) => ffmpeg(path, ...source(filter), ...args);
};
const changed = (
  filter: string,
  change: (mp4: Buffer) => Buffer,
  ...args: string[]
): ((path: string) => Promise<unknown>) => {
  return async (path) => {
    await ffmpeg(path, ...source(filter), ...args, '-f', 'mp4');
    await writeFile(path, change(await readFile(path)));
  };
};

const SMALL = 'testsrc2=s=64x48:r=10:d=1';
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const hls = (uri: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${uri}\n#EXT-X-ENDLIST\n`;
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
const sdp = 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n';
const dash =
  '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>file:///etc/passwd</BaseURL></MPD>';

/** The content decides, so all are called .mp4 unless the name matters. */
const notVideos: [what: string, make: BadFile['make'], name?: string][] = [
  ['text', text('this is not a video at all\n'.repeat(200))],
  ['an HLS playlist of a local file', text(hls('/etc/passwd'))],
  ['an HLS playlist of an address, by its own name', text(hls('http://127.0.0.1:9/a.ts')), 'live.m3u8'],
  ['a DASH manifest', text(dash), 'live.mpd'],
  ['a concat script', text('ffconcat version 1.0\nfile /etc/passwd\n')],
  ['an SDP session', text(sdp), 'session.sdp'],
  ['subtitles (SRT)', text('1\n00:00:00,000 --> 00:00:09,000\nhello\n')],
  ['subtitles (ASS)', text('[Script Info]\nScriptType: v4.00+\n')],
  ['an SVG with a reference', text(svg), 'picture.svg'],
  ['a web page', text('<!doctype html><script>alert(1)</script>')],
  ['text art for a terminal', text('\x1b[31mred\x1b[0m\n'.repeat(100)), 'art.ans'],
  ['text under the name of an image sequence', text('frame'), 'img%05d.jpg'],
  ['a PDF', text('%PDF-1.7\n%\xe2\xe3\n')],
  ['a zip', bytes('PK\x03\x04', deflateRawSync(Buffer.alloc(1e6)))],
  ['a gzip of a video that could be', bytes(gzipSync(Buffer.alloc(1e6)))],
  ['a program', bytes('\x7fELF', Buffer.alloc(500, 1))],
  ['zeros', bytes(Buffer.alloc(10_000))],
  ['one byte', bytes('G')],
  ['bytes without meaning', bytes(Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * i * 31) & 255)))],
  ['a JPEG', made(SMALL, '-frames:v', '1', '-f', 'mjpeg')],
  ['a PNG', made(SMALL, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe')],
  ['a GIF', made(SMALL, '-f', 'gif')],
  ['a WebP', made(SMALL, '-frames:v', '1', '-f', 'webp')],
  ['sound in RIFF (WAV)', made('sine=d=1', '-f', 'wav')],
  ['an MP3', made('sine=d=1', '-f', 'mp3')],
  ['a container that is not taken (Ogg)', made(SMALL, '-c:v', 'libtheora', '-f', 'ogg')],
  ['a container that is not taken (MPEG-PS)', made(SMALL, '-f', 'vob')],
  ['a container that is not taken (ASF)', made(SMALL, '-f', 'asf')],
  ['raw frames (Y4M)', made(SMALL, '-f', 'yuv4mpegpipe')],
  [
    'the beginning of a Matroska file, then text',
    bytes(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), hls('/etc/passwd')),
  ],
  ['the beginning of an AVI, then a playlist', bytes('RIFF\xff\xff\0\0AVI LIST', hls('/etc/passwd'))],
  ['the beginning of an FLV, then a playlist', bytes('FLV\x01\x05\0\0\0\x09', hls('/etc/passwd'))],
];

const damaged: BadFile[] = [
  { what: 'an empty file', make: text(''), status: 422, code: 'EMPTY_FILE', words: /it has 0 bytes/ },
  {
    what: 'an mp4 cut before its index',
    make: changed('testsrc2=s=320x240:r=10:d=2', (mp4) => mp4.subarray(0, 20_000), ...H264),
    status: 422,
    code: 'TRUNCATED',
    words: /cut off or damaged: its index cannot be read/,
  },
  {
    what: 'an mp4 that holds a playlist',
    make: bytes(Buffer.from([0, 0, 0, 16]), 'ftypisom\0\0\0\0', hls('/etc/passwd')),
    status: 422,
    code: 'TRUNCATED',
    words: /cut off or damaged/,
  },
  {
    what: 'sound alone',
    make: made('sine=d=1', '-c:a', 'aac', '-f', 'mp4'),
    status: 422,
    code: 'NO_VIDEO_STREAM',
    words: /sound but no video/,
  },
  {
    what: 'a still image in a container like mp4',
    make: changed(SMALL, (mp4) => Buffer.concat([mp4.subarray(0, 8), Buffer.from('avif'), mp4.subarray(12)])),
    ...NO_VIDEO,
    words: /is a still image/,
  },
  {
    what: 'a transport stream of empty packets',
    make: bytes(...Array.from({ length: 40 }, () => Buffer.alloc(188, 0xff).fill('G\x1f\xff\x10', 0, 4))),
    ...NO_VIDEO,
  },
  {
    what: 'an mp4 whose second half is missing',
    make: changed(
      'testsrc2=s=320x240:r=10:d=8',
      (mp4) => mp4.subarray(0, mp4.length * 0.4),
      ...H264,
      '-movflags',
      'faststart',
    ),
    status: 201,
    code: 'TRUNCATED',
    words: /ends after .* of 8 s|ends after .* of 8\.0 s/,
  },
  {
    what: 'an mp4 whose frames are all zeros',
    make: changed(SMALL, (mp4) => replaceBoxes(mp4, 'mdat', ({ length }) => Buffer.alloc(length)), ...H264),
    status: 201,
    code: 'DECODE_FAILED',
    words: /could not be decoded/,
  },
  {
    what: 'an mp4 whose frames are in another file',
    make: changed(
      SMALL,
      (mp4) =>
        replaceBoxes(
          replaceBoxes(mp4, 'mdat', ({ length }) => Buffer.alloc(length)),
          'dref',
          () => aliasReference('/etc/passwd', 1),
        ),
      ...H264,
    ),
    status: 201,
    code: 'DECODE_FAILED',
    words: /could not be decoded/,
  },
];

/** A transport stream that starts small and becomes huge: only its beginning is probed before decoding. */
async function growing(path: string): Promise<void> {
  const part = async (filter: string, ...args: string[]) => {
    return readFile(await ffmpeg(path, ...source(filter), ...FAST, ...args, '-f', 'mpegts'));
  };
  const small = await part('testsrc2=s=64x48:r=10:d=3');
  const huge = await part('color=black:s=4096x4096:r=10:d=2', '-output_ts_offset', '3');
  await writeFile(path, Buffer.concat([small, huge]));
}

const tooMuch: BadFile[] = [
  {
    what: 'a frame of 16000 x 16000 pixels in a small file',
    make: made('color=black:s=16000x16000:r=1', '-frames:v', '1', '-c:v', 'mjpeg', '-f', 'avi'),
    status: 422,
    code: 'TOO_MANY_PIXELS',
    words: /16000x16000 = 256000000 pixels; the limit is 9437184 \(VIDEO_MAX_PIXELS\)/,
  },
  {
    what: 'ten hours of black in half a megabyte',
    make: made('color=black:s=64x64:r=1:d=36000', ...FAST, '-g', '1000', '-f', 'mp4'),
    status: 422,
    code: 'TOO_LONG',
    words: /is 36000 s long; the limit is 14400 s \(VIDEO_MAX_SECONDS\)/,
  },
  {
    what: '1000 frames a second',
    make: made('testsrc2=s=64x48:r=1000:d=1', ...FAST, '-f', 'mp4'),
    status: 422,
    code: 'FRAME_RATE_TOO_HIGH',
    words: /has 1000 frames a second; the limit is 300 \(VIDEO_MAX_FPS\)/,
  },
  {
    what: 'more frames than are taken',
    make: made('color=black:s=16x16:r=30:d=80', ...FAST, '-f', 'mp4'),
    status: 422,
    code: 'TOO_MANY_FRAMES',
    words: /has 2400 frames or more; the limit is 2000 \(VIDEO_MAX_FRAMES\)/,
  },
  {
    what: 'small at first, then frames of 4096 x 4096',
    make: growing,
    status: 201,
    code: 'TRUNCATED',
    words: /ends after 3\.0 s of 5\.0 s/,
  },
];

export const badFiles: readonly BadFile[] = [
  ...notVideos.map(([what, make, name]) => ({
    what,
    make,
    ...NO_VIDEO,
    ...(name !== undefined && { name }),
  })),
  ...damaged,
  ...tooMuch,
];
