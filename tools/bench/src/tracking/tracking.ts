import { createTracker, type TrackerDetection } from '#tracking';
import { sample } from '../../../../test/support/test-data';
import { Scene } from '../../../../libs/tracking/test/scene';
import type { Options } from '../options';
import { figure, table } from '../report';
import { spread, type Spread } from '../statistics';
import { clearMetrics, type ClearFigures } from './clear';
import { flickerOf } from './flicker';
import { hotaMetrics, type HotaFigures } from './hota';
import { identityF1 } from './identity';
import { listSequences, readSequence, type Sequence, type Tracks } from './sequence';
import { compare } from './similarity';
import { sortTracks } from './sort';

/** How well tracks agree with the truth of a sequence. */
interface Quality extends HotaFigures, ClearFigures {
  readonly idf1: number;
}

interface SequenceResult {
  readonly name: string;
  readonly frames: number;
  readonly detections: number;
  readonly tracks: number;
  /** Of the detections that may start a track, and of the boxes of tracks, 0..1. */
  readonly flicker: { readonly before: number; readonly after: number };
  readonly boxreel: Quality;
  /** Plain SORT with the same memory, for comparison; on every frame. */
  readonly sort: Quality;
}

const SORT = { maxAge: 30, minHits: 3, minIou: 0.3 };

/** The tracker's default. */
const HIGH_THRESHOLD = 0.5;

/** Frames and objects of the measurement of speed: about 20 boxes a frame. */
const SPEED_FRAMES = 10_000;
const SPEED_OBJECTS = 22;

/** Measures the tracker: quality on all sequences of a folder, and speed on a made-up scene. */
export function measureTracking({ data, step, rounds }: Options): Promise<object> {
  const folder = data ?? sample('data/mot');
  const names = folder === undefined ? [] : listSequences(folder);
  if (folder === undefined || names.length === 0) {
    console.log(
      `\nNo sequences in ${folder ?? 'the test data'}: name a folder of sequences with --data DIR.`,
    );
  }
  const sequences = names.map((name) => measureSequence(readSequence(folder ?? '', name), step));
  if (sequences.length > 0) console.log(`\n${renderSequences(sequences)}`);
  const speed = measureSpeed(rounds);
  console.log(
    `\n${figure(speed.framesPerSecond, 0)} frames/s with ${speed.boxesPerFrame.toFixed(1)} boxes a frame, ${figure(speed.framesPerCpuSecond, 0)} per second of CPU time`,
  );
  return Promise.resolve({ step, sequences, speed });
}

/** Tracks of the tracker with default options, with detections of every `step`-th frame. */
export function trackSequence({ detections }: Pick<Sequence, 'detections'>, step = 1): Tracks {
  const tracker = createTracker();
  const detected = [...detections.entries()].filter(([n]) => n % step === 0);
  const outputs = [...detected.map(([n, frame]) => tracker.update(n, frame)), tracker.finish()];
  return outputs.flatMap(({ frames }) =>
    frames.map(({ boxes }) => boxes.map(({ track, box }) => ({ id: track, box }))),
  );
}

export function qualityOf(sequence: Sequence, tracks: Tracks): Quality {
  const compared = compare(sequence, tracks);
  return { ...hotaMetrics(compared), ...clearMetrics(compared), idf1: identityF1(compared) };
}

function measureSequence(sequence: Sequence, step: number): SequenceResult {
  const tracks = trackSequence(sequence, step);
  return {
    name: sequence.name,
    frames: sequence.detections.length,
    detections: sequence.detections.flat().length,
    tracks: new Set(tracks.flat().map(({ id }) => id)).size,
    flicker: {
      before: flickerOf(
        sequence.detections.map((frame) => frame.filter(({ score }) => score > HIGH_THRESHOLD)),
      ),
      after: flickerOf(tracks),
    },
    boxreel: qualityOf(sequence, tracks),
    sort: qualityOf(sequence, sortTracks(sequence, SORT)),
  };
}

function renderSequences(results: readonly SequenceResult[]): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const columns = [
    'sequence',
    'frames',
    'HOTA',
    'MOTA',
    'IDF1',
    'FP',
    'FN',
    'switches',
    'tracks',
    'flicker, %',
  ];
  const rows = results.map(({ name, frames, tracks, flicker, boxreel, sort }) => [
    name,
    String(frames),
    ...[boxreel.hota, boxreel.mota, boxreel.idf1].map(percent),
    ...[boxreel.falsePositives, boxreel.misses, boxreel.switches, tracks].map(String),
    `${percent(flicker.before)} to ${percent(flicker.after)}`,
    [sort.hota, sort.mota, sort.idf1].map(percent).join(' / '),
  ]);
  return table([...columns, 'plain SORT: HOTA / MOTA / IDF1'], rows);
}

interface Speed {
  readonly boxesPerFrame: number;
  readonly framesPerSecond: Spread;
  readonly framesPerCpuSecond: Spread;
}

function measureSpeed(rounds: number): Speed {
  const scene = new Scene(SPEED_OBJECTS);
  const frames = Array.from({ length: SPEED_FRAMES }, () => scene.next());
  runOnce(frames); // compiles the code
  const runs = Array.from({ length: rounds }, () => runOnce(frames));
  return {
    boxesPerFrame: frames.flat().length / frames.length,
    framesPerSecond: spread(runs.map(({ seconds }) => frames.length / seconds)),
    framesPerCpuSecond: spread(runs.map(({ cpuSeconds }) => frames.length / cpuSeconds)),
  };
}

function runOnce(frames: readonly (readonly TrackerDetection[])[]) {
  const [start, cpuStart] = [performance.now(), process.cpuUsage()];
  const tracker = createTracker();
  for (const [n, detections] of frames.entries()) tracker.update(n, detections);
  tracker.finish();
  const { user, system } = process.cpuUsage(cpuStart);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}
