import { csvTable } from './table';
import { decimal, pixelsOf, scoreOf, timeOf, type Frames, type Video } from './video';

const COLUMNS = [
  ...['frame', 'time', 'label', 'classIndex', 'score'],
  ...['x', 'y', 'width', 'height'],
  ...['x1', 'y1', 'x2', 'y2'],
  ...['track', 'filled'],
];

/**
 * CSV with a header (RFC 4180, but lines end in LF): one row per detection, with the box in pixels and as fractions. Times,
 * scores and coordinates always have a decimal point.
 */
export function csv(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  return csvTable(COLUMNS, rows(frames, video));
}

async function* rows(frames: Frames, video: Video): AsyncGenerator<unknown[], void, undefined> {
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      const { label, classIndex, box, track = null, filled = false } = detection;
      const { x, y, width, height } = pixelsOf(detection, video);
      const score = scoreOf(detection);
      yield [
        ...[n, decimal(timeOf(n, video)), label, classIndex, score === null ? null : decimal(score)],
        ...[x, y, width, height].map(decimal),
        ...box.map(decimal),
        ...[track, String(filled)],
      ];
    }
  }
}
