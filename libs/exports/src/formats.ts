import { stat } from 'node:fs/promises';
import { bestScores, findTracks, isAbove, readFrames, withScoreAbove } from '#annotation/files';
import { inChunks } from './chunks';
import { coco } from './coco';
import { csv } from './csv';
import { cvat } from './cvat';
import { json } from './json';
import { mot } from './mot';
import { motGt } from './mot-gt';
import { ndjson } from './ndjson';
import type { Frames, TrackedVideo, Video } from './video';
import { vtt } from './vtt';

export interface Format {
  readonly mediaType: string;
  /** File name extension. */
  readonly extension: string;
  /** For the API description. */
  readonly description: string;
  /** It has nothing but tracks. */
  readonly needsTracks?: boolean;
  /** Writes the file in pieces. Memory does not depend on the number of frames. */
  readonly write: (frames: Frames, video: TrackedVideo) => AsyncGenerator<string | Buffer, void, undefined>;
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
    description: 'a row per box of a track in MOTChallenge format',
    write: mot,
  },
  'mot-gt': {
    mediaType: 'application/zip',
    extension: '.mot.zip',
    description: 'tracks, labels and detections as the folder of a MOTChallenge sequence',
    needsTracks: true,
    write: motGt,
  },
  cvat: {
    mediaType: 'application/xml; charset=utf-8',
    extension: '.cvat.xml',
    description: 'tracks in CVAT for video 1.1',
    write: cvat,
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

/** Files of a job. */
interface DetectionPaths {
  readonly scores: string;
  /** Need not exist. */
  readonly tracks: string;
}

/** Bytes of a text per byte of the scores file, at most: those of COCO, the longest, are about three. */
const MAX_GROWTH = 8;

/**
 * Exports the detections of a job in chunks. Memory depends on the number of tracks, not on the number of frames.
 * @param score exports boxes above it (see `isAbove`), as far as they are stored; default: the job's threshold
 * @throws AnnotationError BAD_SCORES, BAD_TRACKS; the file system's error if the scores cannot be read
 */
export async function* exportDetections(
  { scores, tracks }: DetectionPaths,
  format: FormatName,
  video: Video,
  score?: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { size, mtime } = await stat(scores);
  const found = await findTracks(tracks);
  const best = bestScores(found);
  const frames: Frames = {
    ...{ maximum: MAX_GROWTH * size, date: mtime },
    [Symbol.asyncIterator]: () => {
      const all = readFrames(scores);
      return score === undefined ? all : withScoreAbove(all, score, best);
    },
  };
  const included = found?.tracks.filter(
    ({ id, bestScore }) =>
      score === undefined || isAbove({ track: id, score: bestScore ?? NaN }, score, best),
  );
  yield* inChunks(FORMATS[format].write(frames, { ...video, tracks: included }));
}
