import { join } from 'node:path';
import { defaultModel } from '../../../../test/support/model';
import { FRAME_RATE, makeClip } from '../clip';
import type { Options } from '../options';
import { renderSummary, summarize, type Round } from '../report';
import { THRESHOLDS } from '../run';
import { runBoxreel } from './run-boxreel';
import { runNaive } from './run-naive';

const WARM_UP_FRAMES = 30;

/**
 * Runs the naive reference and Boxreel in turn on the same clip, and prints a comparison.
 * @returns all results
 */
export async function measureSpeed(folder: string, databasePid: number, options: Options): Promise<object> {
  const { rounds: count, frames, size } = options;
  const { manifest, modelPath } = await defaultModel();
  const videos = {
    video: await makeClip(folder, 'clip.mp4', size, frames),
    warmUp: await makeClip(folder, 'warm-up.mp4', size, WARM_UP_FRAMES),
  };
  console.log(
    `Clip: ${frames} frames of ${size.width}x${size.height}, made by ffmpeg: H.264, a moving texture with two objects and noise.\n` +
      `Detector: ${manifest.name}. The clip contains nothing that it knows, so every variant draws its best guesses:\n` +
      `at most ${THRESHOLDS.max} per frame with a score over ${THRESHOLDS.score}.\n`,
  );
  const rounds: Round[] = [];
  for (let n = 1; n <= count; n++) {
    console.log(`Round ${n} of ${count}`);
    const request = { ...videos, folder: join(folder, 'naive'), frameRate: FRAME_RATE, manifest, modelPath };
    const naive = await runNaive(request);
    const boxreel = {
      mp4: await runBoxreel({ AVI_CODEC: 'mjpeg', PREVIEW: 'eager' }, videos, databasePid),
      mjpeg: await runBoxreel({ AVI_CODEC: 'mjpeg', PREVIEW: 'on-demand' }, videos, databasePid),
      mpeg4: await runBoxreel({ AVI_CODEC: 'mpeg4', PREVIEW: 'on-demand' }, videos, databasePid),
    };
    const round: Round = {
      'naive-mpeg4': naive.mpeg4,
      'naive-mjpeg': naive.mjpeg,
      'boxreel-mp4': boxreel.mp4,
      'boxreel-mjpeg': boxreel.mjpeg,
      'boxreel-mpeg4': boxreel.mpeg4,
    };
    checkFrames(round, frames);
    rounds.push(round);
  }
  const summary = summarize(rounds);
  console.log(`\n${renderSummary(summary)}`);
  return { thresholds: THRESHOLDS, model: manifest.name, summary, rounds };
}

/** A variant that lost frames has not done the work. */
function checkFrames(round: Round, expected: number): void {
  for (const [variant, { frames }] of Object.entries(round)) {
    if (frames !== expected) throw new Error(`${variant} made ${frames} frames of ${expected}.`);
  }
}
