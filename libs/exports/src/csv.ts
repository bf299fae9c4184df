import { pipeline } from 'node:stream';
import { stringify } from 'csv-stringify';
import { pixelsOf, scoreOf, timeOf, type Frames, type Video } from './video';

const COLUMNS = [
  ...['frame', 'time', 'label', 'classIndex', 'score'],
  ...['x', 'y', 'width', 'height'],
  ...['x1', 'y1', 'x2', 'y2'],
];

/** A table with a header (RFC 4180, but lines end in LF): a row for every detection, its box in pixels and as fractions. */
export async function* csv(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  const table = stringify({ header: true, columns: COLUMNS, encoding: 'utf8' });
  // Whatever ends one of the two ends the other; an error of the frames comes out of the table below.
  pipeline(rows(frames, video), table, () => undefined);
  for await (const text of table) yield text as string;
}

async function* rows(frames: Frames, video: Video): AsyncGenerator<unknown[], void, undefined> {
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      const { label, classIndex, box } = detection;
      const { x, y, width, height } = pixelsOf(detection, video);
      yield [
        ...[n, timeOf(n, video), label, classIndex, scoreOf(detection)],
        ...[x, y, width, height],
        ...box,
      ];
    }
  }
}
