import { parse } from 'node:path';
import { motBox, motDetections } from './mot';
import type { Frames, TrackedVideo } from './video';
import { zipped, type NamedContent } from './zip';

/** The flag of a row that counts in evaluations, and full visibility. */
const VALID = 1;
const VISIBLE = 1;

/**
 * The folder of a MOTChallenge sequence as a ZIP, for evaluation and annotation tools: the tracks as `gt/gt.txt`, the names
 * of their classes as `gt/labels.txt`, the detections as `det/det.txt`, and `seqinfo.ini`. The number of a class is its line
 * in labels.txt, in the order of the model's classes.
 * @param video must have tracks
 */
export function motGt(frames: Frames, video: TrackedVideo): AsyncGenerator<Buffer, void, undefined> {
  const { tracks = [] } = video;
  const labels = new Map(
    [...tracks]
      .sort((a, b) => a.classIndex - b.classIndex)
      .map(({ classIndex, label }) => [classIndex, label]),
  );
  const numbers = new Map([...labels.keys()].map((classIndex, index) => [classIndex, index + 1]));
  const { maximum } = frames;
  const files: NamedContent[] = [
    { name: 'seqinfo.ini', content: Buffer.from(seqinfo(video)) },
    { name: 'gt/labels.txt', content: Buffer.from([...labels.values()].map((label) => `${oneLine(label)}\n`).join('')) },
    { name: 'gt/gt.txt', content: { pieces: groundTruth(frames, video, numbers), maximum } },
    { name: 'det/det.txt', content: { pieces: motDetections(frames, video), maximum } },
  ]; // prettier-ignore
  return zipped(files, frames.date);
}

/** Frame, track, left, top, width, height, flag, class and visibility. Frames, pixels and classes count from 1. */
async function* groundTruth(
  frames: Frames,
  video: TrackedVideo,
  numbers: ReadonlyMap<number, number>,
): AsyncGenerator<string, void, undefined> {
  const classOf = new Map(video.tracks?.map(({ id, classIndex }) => [id, numbers.get(classIndex)]));
  for await (const { n, boxes } of frames) {
    for (const detection of boxes) {
      const { track } = detection;
      const number = track === undefined ? undefined : classOf.get(track);
      if (track === undefined || number === undefined) continue;
      yield `${[n + 1, track, ...motBox(detection, video), VALID, number, VISIBLE].join(',')}\n`;
    }
  }
}

/** Tools want whole frames per second. The folder and extension of the images are those of MOTChallenge; there are none. */
function seqinfo({ filename, frameRate: { num, den }, frames, width, height }: TrackedVideo): string {
  const name = parse(filename).name.replace(/[^\p{L}\p{N}._-]+/gu, '_'); // `%`, `=` and line ends have a meaning in it
  return [
    '[Sequence]',
    `name=${name || 'video'}`,
    'imDir=img1',
    `frameRate=${Math.max(1, Math.round(num / den))}`,
    `seqLength=${frames}`,
    `imWidth=${width}`,
    `imHeight=${height}`,
    'imExt=.jpg',
    '',
  ].join('\n');
}

function oneLine(label: string): string {
  return label.replace(/\s+/g, ' ');
}
