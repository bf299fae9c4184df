import { readFrames, withScoreAbove } from '#annotation/files';
import { inChunks } from './chunks';
import { coco } from './coco';
import { csv } from './csv';
import { json } from './json';
import { mot } from './mot';
import { ndjson } from './ndjson';
import type { Frames, Video } from './video';
import { vtt } from './vtt';

export interface Format {
  readonly mediaType: string;
  /** File name extension. */
  readonly extension: string;
  /** For the API description. */
  readonly description: string;
  /** Writes the file in pieces, keeping one frame in memory. */
  readonly write: (frames: Frames, video: Video) => AsyncGenerator<string, void, undefined>;
}

/** All export formats of detections. */
export const FORMATS = {
  json: {
    mediaType: 'application/json; charset=utf-8',
    extension: '.json',
    description: 'one object with all frames',
    write: json,
  },
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    extension: '.ndjson',
    description: 'a line of JSON per frame, boxes also in pixels',
    write: ndjson,
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: '.csv',
    description: 'a row per detection',
    write: csv,
  },
  coco: {
    mediaType: 'application/json; charset=utf-8',
    extension: '.coco.json',
    description: 'images, annotations and categories in COCO format',
    write: coco,
  },
  mot: {
    mediaType: 'text/plain; charset=utf-8',
    extension: '.mot.txt',
    description: 'a row per detection in MOTChallenge format, without tracks',
    write: mot,
  },
  vtt: {
    mediaType: 'text/vtt; charset=utf-8',
    extension: '.vtt',
    description: 'captions for players: the number of objects per class',
    write: vtt,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

/**
 * Exports the detections of a job in chunks, with constant memory.
 * @param file the job's scores file
 * @param score exports detections above it, as far as they are stored; default: those above the job's threshold
 * @throws AnnotationError BAD_SCORES; the file system's error if the file cannot be read
 */
export function exportDetections(
  file: string,
  format: FormatName,
  video: Video,
  score?: number,
): AsyncGenerator<Buffer, void, undefined> {
  const frames = readFrames(file);
  return inChunks(FORMATS[format].write(score === undefined ? frames : withScoreAbove(frames, score), video));
}
