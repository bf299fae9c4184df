import { createConnection } from 'mongoose';
import { JobSchema, Job } from '#jobs';
import { Cluster } from '../../../../test/support/cluster';
import type { Options } from '../options';
import { residentBytes } from '../processes';
import { figure, table } from '../report';
import { spread } from '../statistics';
import { pidOf } from '../pipeline/run-boxreel';
import { measureStreams, type Cost } from './measure';
import { RUNNING, makeRecords } from './records';
import { questions, time, type Latency } from './requests';
import { otherPages, samePage } from './streams';
import type { Subject } from './subject';

/** Number of requests to each page, and to `/result` while streams are open. */
const REQUESTS = 50;

/**
 * Requests the pages of a real preprocess while there are many jobs, and keeps event streams open; prints response times
 * and the cost of the streams.
 * @param databasePid undefined for a database not started here
 * @returns all results
 */
export async function measurePages(databasePid: number | undefined, options: Options): Promise<object> {
  const { jobs: count, streams, rounds } = options;
  const env = { EVENT_STREAMS_MAX: String(2 * streams) };
  const cluster = await Cluster.start({ replicas: { infer: 0, postprocess: 0 }, env });
  const connection = await createConnection(cluster.databaseUri, {
    dbName: cluster.databaseName,
  }).asPromise();
  try {
    const { collection: jobs } = connection.model<Job>(Job.name, JobSchema);
    const records = makeRecords(count, Date.now());
    await jobs.insertMany(records.toReversed());
    console.log(
      `${count} jobs, ${REQUESTS} sequential requests, ${rounds} rounds: medians, with minimum and maximum.\n`,
    );
    const subject = { url: cluster.url, preprocessPid: pidOf(cluster, 'preprocess'), databasePid, jobs };
    const latencies = await timePages(subject, records, rounds);
    console.log(`${renderLatencies(latencies)}\n`);
    const memoryBefore = residentBytes(subject.preprocessPid, 'VmRSS') / 1e6;
    console.log(`Memory of preprocess before any stream: ${memoryBefore.toFixed(0)} MB`);
    const costs = await costOfStreams(subject, records, options);
    console.log(renderCosts(costs));
    return { count, streams, rounds, latencies, memoryBefore, costs };
  } finally {
    await connection.dropDatabase(); // the server may have other databases
    await connection.close();
    await cluster.stop();
  }
}

type Rounds<T> = Readonly<Record<string, readonly T[]>>;

async function timePages(
  subject: Subject,
  records: readonly Job[],
  rounds: number,
): Promise<Rounds<Latency>> {
  const found: Record<string, Latency[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, question] of Object.entries(questions(records)))
      (found[name] ??= []).push(await time(subject, question, REQUESTS));
  }
  return found;
}

async function costOfStreams(
  subject: Subject,
  records: readonly Job[],
  { streams, rounds }: Options,
): Promise<Rounds<Cost>> {
  const listeners = {
    'no streams': [],
    [`${streams} to the same page`]: samePage(streams),
    [`${streams} to different pages`]: otherPages(streams, records),
  };
  const found: Record<string, Cost[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, addresses] of Object.entries(listeners)) {
      for (const changing of [0, RUNNING]) {
        const cost = await measureStreams(subject, addresses, records.slice(0, changing), REQUESTS);
        (found[`${name}, ${changing} jobs change`] ??= []).push(cost);
      }
    }
  }
  return found;
}

function renderLatencies(latencies: Rounds<Latency>): string {
  const rows = Object.entries(latencies).map(([name, rounds]) => [
    name,
    over(rounds, ({ median }) => median),
    over(rounds, ({ p95 }) => p95),
    over(rounds, ({ preprocessCpu }) => preprocessCpu, 1),
    over(rounds, ({ databaseCpu }) => databaseCpu, 1),
  ]);
  return table(['page', 'median ms', 'p95 ms', 'preprocess CPU ms', 'database CPU ms'], rows);
}

function renderCosts(costs: Rounds<Cost>): string {
  const header = [
    'streams',
    '/result median ms',
    'p95 ms',
    'events/s',
    'kB/s',
    'preprocess CPU %',
    'database CPU %',
    'lag p99 ms',
    'memory MB',
  ];
  const rows = Object.entries(costs).map(([name, rounds]) => [
    name,
    over(rounds, ({ page }) => page.median),
    over(rounds, ({ page }) => page.p95),
    over(rounds, ({ eventsPerSecond }) => eventsPerSecond),
    over(rounds, ({ kBPerSecond }) => kBPerSecond),
    over(rounds, ({ preprocessCpu }) => preprocessCpu * 100, 1),
    over(rounds, ({ databaseCpu }) => databaseCpu * 100, 1),
    over(rounds, ({ lagP99Ms }) => lagP99Ms),
    over(rounds, ({ memoryMb }) => memoryMb),
  ]);
  return table(header, rows);
}

function over<T>(rounds: readonly T[], value: (round: T) => number, digits = 0): string {
  return figure(spread(rounds.map(value)), digits);
}
