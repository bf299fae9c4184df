import { join } from 'node:path';
import { ask } from '../child';
import { sum, type Run } from '../run';
import type { OneLoopReport, OneLoopRequest } from './one-loop';

/** Processes one video in one loop, after a short one as warm-up. */
export async function runOneLoop(request: OneLoopRequest): Promise<Run> {
  const { frames, boxes, bytes, seconds, cpuMs } = await ask<OneLoopReport>(
    join(__dirname, 'one-loop.js'),
    request,
  );
  return {
    frames,
    boxes,
    aviBytes: bytes,
    mp4Bytes: 0,
    keptBytes: bytes,
    precision: 'fp32',
    seconds: { ...seconds, total: sum(Object.values(seconds)) },
    cpuMs: { ...cpuMs, database: 0, total: sum(Object.values(cpuMs)) },
  };
}
