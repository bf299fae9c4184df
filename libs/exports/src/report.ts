import { readFrames, type FrameDetections, type TrackEntry, type Tracks } from '#annotation/files';
import { csvTable } from './table';
import { decimal, timeOf, type Video } from './video';

const COUNTS = ['label', 'classIndex', 'objects', 'detections', 'firstTime', 'lastTime'];

const TRACKS = [
  ...['track', 'label', 'classIndex', 'firstFrame', 'lastFrame', 'firstTime', 'lastTime', 'duration'],
  ...['boxes', 'detections', 'bestScore', 'bestFrame', 'x1', 'y1', 'x2', 'y2'],
];

interface ClassCount {
  readonly label: string;
  detections: number;
  readonly first: number;
  last: number;
}

/**
 * A row per class, most frequent first: distinct objects (empty without tracks), detections, and when the first and the last
 * one is shown, in seconds.
 * @param scores the job's scores file
 * @throws AnnotationError BAD_SCORES; the file system's error if the file cannot be read
 */
export async function countsCsv(scores: string, tracks: Tracks | undefined, video: Video): Promise<string> {
  const counts = await countClasses(readFrames(scores));
  const objects = new Map<number, number>();
  for (const { classIndex } of tracks?.tracks ?? [])
    objects.set(classIndex, (objects.get(classIndex) ?? 0) + 1);
  const rows = [...counts]
    .sort(([, a], [, b]) => b.detections - a.detections)
    .map(([classIndex, { label, detections, first, last }]) => [
      ...[label, classIndex, tracks && (objects.get(classIndex) ?? 0), detections],
      ...[first, last].map((n) => decimal(timeOf(n, video))),
    ]);
  return textOf(csvTable(COUNTS, rows));
}

async function countClasses(frames: AsyncIterable<FrameDetections>): Promise<Map<number, ClassCount>> {
  const counts = new Map<number, ClassCount>();
  for await (const { n, boxes } of frames) {
    for (const { classIndex, label } of boxes) {
      const count = counts.get(classIndex) ?? { label, detections: 0, first: n, last: n };
      counts.set(classIndex, count);
      count.detections++;
      count.last = n;
    }
  }
  return counts;
}

/** A row per track by id. Times and the duration are in seconds, the mean box in fractions of the frame. */
export function tracksCsv({ tracks }: Tracks, video: Video): Promise<string> {
  const rowOf = (track: TrackEntry) => {
    const { id, label, classIndex, firstFrame, lastFrame, boxes, detections, bestScore, bestFrame } = track;
    const times = [
      timeOf(firstFrame, video),
      timeOf(lastFrame, video),
      timeOf(lastFrame + 1 - firstFrame, video),
    ];
    return [
      ...[id, label, classIndex, firstFrame, lastFrame, ...times.map(decimal)],
      ...[boxes, detections, bestScore === null ? null : decimal(bestScore), bestFrame],
      ...track.meanBox.map(decimal),
    ];
  };
  return textOf(csvTable(TRACKS, tracks.map(rowOf)));
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
