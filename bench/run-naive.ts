import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { NaiveReport, NaiveRequest, Step } from './naive';
import { sum, type Run } from './run';

/** Runs the naive reference once. Its AVI is made in both codecs, which gives two runs that share everything else. */
export async function runNaive(request: NaiveRequest): Promise<Record<'mpeg4' | 'mjpeg', Run>> {
  const child = fork(join(__dirname, 'naive.js'));
  child.send(request);
  const report = await Promise.race([
    once(child, 'message').then(([message]) => message as NaiveReport),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The naive reference ended early with exit code ${String(code)}.`);
    }),
  ]);
  return { mpeg4: toRun(report, 'mpeg4'), mjpeg: toRun(report, 'mjpeg') };
}

function toRun({ frames, boxes, aviBytes, seconds, cpuMs }: NaiveReport, codec: 'mpeg4' | 'mjpeg'): Run {
  const stages = (of: Record<Step, number>) => {
    const each = { preprocess: of.split, infer: of.detect, postprocess: of.draw + of[codec] };
    return { ...each, total: sum(Object.values(each)) };
  };
  return {
    frames,
    boxes,
    aviBytes: aviBytes[codec],
    seconds: stages(seconds),
    cpuMs: { ...stages(cpuMs), database: 0 },
  };
}
