import type { Job } from '#jobs';
import { ROWS_PER_PAGE } from '#contract';
import { quantile } from '../statistics';
import { MISSING, RARE } from './records';
import { readCpu, type Subject } from './subject';

const WARM_UP = 5;
const PAGE = 100;

/** The address of the n-th request. */
export type Question = (n: number) => string;

/** Response times, and the CPU time per request, in ms. */
export interface Latency {
  readonly median: number;
  readonly p95: number;
  readonly preprocessCpu: number;
  readonly databaseCpu: number;
}

/** @param records newest first */
export function questions(records: readonly Job[]): Readonly<Record<string, Question>> {
  const idAt = (n: number) => records[n % records.length]?._id.toHexString() ?? '';
  const cursor = idAt((PAGE - 1) * ROWS_PER_PAGE - 1);
  const search = encodeURIComponent(RARE.text);
  return {
    '/result': () => '/result',
    [`/result, page ${PAGE}`]: () => `/result?cursor=${cursor}`,
    '/result, done': () => '/result?status=done',
    '/result, failed': () => '/result?status=failed',
    [`/result, search with ${RARE.files} matches`]: () => `/result?search=${search}`,
    '/result, search without a match': () => `/result?search=${MISSING}`,
    '/jobs/:id': (n) => `/jobs/${idAt(n * 37)}`,
    'GET /api/jobs': () => '/api/jobs',
  };
}

/**
 * Sends `amount` sequential requests.
 * @throws if a request fails
 */
export async function time(subject: Subject, question: Question, amount: number): Promise<Latency> {
  const times: number[] = [];
  let before = readCpu(subject);
  for (let n = -WARM_UP; n < amount; n++) {
    if (n === 0) before = readCpu(subject);
    const begin = performance.now();
    const address = subject.url + question(n + WARM_UP);
    const answer = await fetch(address);
    await answer.text();
    if (!answer.ok) throw new Error(`${address} returned ${answer.status}.`);
    if (n >= 0) times.push(performance.now() - begin);
  }
  const after = readCpu(subject);
  return {
    median: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    preprocessCpu: (after.preprocess - before.preprocess) / amount,
    databaseCpu: (after.database - before.database) / amount,
  };
}
