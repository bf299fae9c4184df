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

/** Timers of the monitor are due so often; its figure is the time between two of them. */
const LAG_RESOLUTION_MS = 10;

/** Workers write their progress as often, this many frames further. */
const PROGRESS_MS = 500;
const PROGRESS_FRAMES = 17;

const LEASE_MS = 3_600_000;

/** What streams cost, and what they do to those who ask for a page meanwhile. */
export interface Cost {
  /** Of `/result`. */
  readonly page: Latency;
  readonly eventsPerSecond: number;
  readonly kBPerSecond: number;
  /** Share of one core; NaN for a database that is not a child of ours. */
  readonly preprocessCpu: number;
  readonly databaseCpu: number;
  /** How late timers fired in preprocess. */
  readonly lagP99Ms: number;
  /** What preprocess holds at the end. */
  readonly memoryMb: number;
}

/**
 * @param addresses of the streams that are open
 * @param changing jobs whose progress is written twice a second
 * @param requests for the time of a page
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
    await readMetrics([url]); // the lag is counted from one look to the next
    const look = () => ({
      at: performance.now(),
      ...readCpu(subject),
      events: streams.events(),
      bytes: streams.bytes(),
    });
    const before = look();
    await delay(WINDOW_MS);
    const after = look();
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

/** Does what workers do to the records of jobs they hold. */
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
  working.catch(() => undefined); // told by `stop`
  return {
    stop: async () => {
      stopping.abort();
      await working;
    },
  };
}
