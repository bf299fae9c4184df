import { join } from 'node:path';
import { ask } from '../child';
import type { NaiveReport, NaiveRequest, Step } from './naive';
import { sum, type Run } from '../run';

/** Runs the naive reference once. It makes the AVI with both codecs, which gives two runs that share the other steps. */
export async function runNaive(request: NaiveRequest): Promise<Record<'mpeg4' | 'mjpeg', Run>> {
  const report = await ask<NaiveReport>(join(__dirname, 'naive.js'), request);
  return { mpeg4: toRun(report, 'mpeg4'), mjpeg: toRun(report, 'mjpeg') };
}

function toRun(report: NaiveReport, codec: 'mpeg4' | 'mjpeg'): Run {
  const { frames, boxes, aviBytes, bytes, seconds, cpuMs } = report;
  const stages = (of: Record<Step, number>) => {
    const each = { preprocess: of.split, infer: of.detect, postprocess: of.draw + of[codec] };
    return { ...each, total: sum(Object.values(each)) };
  };
  return {
    frames,
    boxes,
    aviBytes: aviBytes[codec],
    mp4Bytes: 0,
    keptBytes: bytes - aviBytes[codec === 'mpeg4' ? 'mjpeg' : 'mpeg4'],
    precision: 'fp32',
    seconds: stages(seconds),
    cpuMs: { ...stages(cpuMs), database: 0 },
  };
}
