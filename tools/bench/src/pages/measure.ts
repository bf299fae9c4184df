import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongoose';
import type { Job } from '#jobs';
import { readMetrics } from '../detect/metrics';
import { residentBytes } from '../processes';
import { time, type Latency } from './requests';
import { openStreams } from './streams';
import { readCpu, type Subject } from './subject';

const WINDOW_MS = 10_000;
const SETTLE_MS = 2_000;

/** Timer period of the monitor, which is included in its figures. */
const LAG_RESOLUTION_MS = 10;

/** How often workers store their progress, and by how many frames. */
const PROGRESS_MS = 500;
const PROGRESS_FRAMES = 17;

const LEASE_MS = 3_600_000;

/** The cost of streams, and their effect on page requests. */
export interface Cost {
  /** Of `/result`. */
  readonly page: Latency;
  readonly eventsPerSecond: number;
  readonly kBPerSecond: number;
  /** Share of one core; NaN for a database not started here. */
  readonly preprocessCpu: number;
  readonly databaseCpu: number;
  /** Event loop delay of preprocess. */
  readonly lagP99Ms: number;
  /** Memory of preprocess at the end. */
  readonly memoryMb: number;
}

/**
 * @param addresses of the open streams
 * @param changing jobs whose progress changes twice a second
 * @param requests number of page requests to measure
 */
export async function measureStreams(
  subject: Subject,
  addresses: readonly string[],
  changing: readonly Job[],
  requests: number,
): Promise<Cost> {
  const { url, jobs, preprocessPid } = subject;
  const progress = writeProgress(jobs, changing);
  const streams = await openStreams(url, addresses);
  try {
    await delay(SETTLE_MS);
    await readMetrics([url]); // resets the lag, which is measured between scrapes
    const sample = () => ({
      at: performance.now(),
      ...readCpu(subject),
      events: streams.events(),
      bytes: streams.bytes(),
    });
    const before = sample();
    await delay(WINDOW_MS);
    const after = sample();
    const ms = after.at - before.at;
    const lag = (await readMetrics([url]))['eventloop_lag_p99_seconds'] ?? NaN;
    return {
      eventsPerSecond: ((after.events - before.events) / ms) * 1000,
      kBPerSecond: (after.bytes - before.bytes) / ms,
      preprocessCpu: (after.preprocess - before.preprocess) / ms,
      databaseCpu: (after.database - before.database) / ms,
      lagP99Ms: lag * 1000 - LAG_RESOLUTION_MS,
      page: await time(subject, () => '/result', requests),
      memoryMb: residentBytes(preprocessPid, 'VmRSS') / 1e6,
    };
  } finally {
    streams.close();
    await progress.stop();
  }
}

/** Updates records as workers do during a job. */
function writeProgress(jobs: Collection, changing: readonly Job[]): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    for (let beat = 1; !signal.aborted; beat++) {
      const updates = changing.map(({ _id, progress }) => {
        const total = progress?.total ?? 1;
        const done = (beat * PROGRESS_FRAMES) % total;
        const availableAt = new Date(Date.now() + LEASE_MS);
        return jobs.updateOne({ _id }, { $set: { progress: { done, total }, availableAt } });
      });
      await Promise.all(updates);
      await delay(PROGRESS_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const working = work();
  working.catch(() => undefined); // reported by `stop`
  return {
    stop: async () => {
      stopping.abort();
      await working;
    },
  };
}
