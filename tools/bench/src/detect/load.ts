import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { Cluster } from '../../../../test/support/cluster';
import { seeded } from '../../../../test/support/random';
import type { Options } from '../options';
import { table } from '../report';
import { THRESHOLDS, sum } from '../run';
import { quantile } from '../statistics';
import { readMetrics, type Metrics } from './metrics';
import { multipart, type Body } from './multipart';

/** Results of one request pattern. Times in seconds. */
interface Answers {
  readonly total: number;
  readonly latencies: readonly number[];
  /** Requests without a successful response. */
  readonly errors: number;
}

/** Timer period of prom-client's monitor, which is included in its figures. */
const LAG_RESOLUTION_MS = 10;

/** Seed of the random times, so that every run uses the same ones. */
const SEED = 20_231;

/**
 * Sends images to `POST /api/detect` of real services: sequentially, all at once, and at random times, and prints how
 * long the responses took.
 * @returns all results
 * @throws if a request failed: then the measurement is invalid
 */
export async function measureLoad(files: readonly string[], options: Options): Promise<object> {
  const { requests, seconds, cpus } = options;
  const bodies = await Promise.all(files.map(async (file) => multipart(await readFile(file), THRESHOLDS)));
  const cluster = await Cluster.start({ env: { INFER_INSTANCES: String(cpus) } });
  try {
    const url = `${cluster.url}/api/detect`;
    await asManyAtOnce(url, bodies, 20, 4); // warm-up
    const cases: [string, () => Promise<Answers>][] = [
      ['sequential', () => asManyAtOnce(url, bodies, requests, 1)],
      [`${requests} at once`, () => asManyAtOnce(url, bodies, requests, requests)],
      [`${requests} at random over ${seconds} s`, () => atRandom(url, bodies, requests, seconds)],
    ];
    const results = [];
    for (const [title, ask] of cases) {
      const before = await readMetrics(cluster.addresses.infer);
      const answers = await ask();
      const after = await readMetrics(cluster.addresses.infer);
      results.push({ title, ...answers, ...compare(before, after) });
    }
    console.log(render(results));
    const errors = sum(results.map((result) => result.errors));
    if (errors > 0) throw new Error(`${errors} requests failed.`);
    return { results };
  } finally {
    await cluster.stop();
  }
}

function asManyAtOnce(
  url: string,
  bodies: readonly Body[],
  amount: number,
  connections: number,
): Promise<Answers> {
  let next = 0;
  const latencies: number[] = [];
  const start = performance.now();
  let last = start; // autocannon only ends at its next full second
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        amount,
        connections,
        timeout: 120,
        requests: [
          {
            method: 'POST',
            setupRequest: (request) => ({ ...request, ...bodies[next++ % bodies.length] }),
          },
        ],
      },
      (error: Error | null, result) => {
        if (error) reject(error);
        else
          resolve({
            total: (last - start) / 1000,
            latencies,
            errors: result.errors + result.non2xx,
          });
      },
    );
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds / 1000);
      last = performance.now();
    });
  });
}

async function atRandom(
  url: string,
  bodies: readonly Body[],
  amount: number,
  seconds: number,
): Promise<Answers> {
  const random = seeded(SEED);
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: amount }, async (_, n) => {
      await delay(random() * seconds * 1000);
      const asked = performance.now();
      const answer = await fetch(url, { method: 'POST', ...bodies[n % bodies.length] });
      await answer.arrayBuffer();
      return { ok: answer.ok, latency: (performance.now() - asked) / 1000 };
    }),
  );
  return {
    total: (performance.now() - start) / 1000,
    latencies: answers.map(({ latency }) => latency),
    errors: answers.filter(({ ok }) => !ok).length,
  };
}

/** What the services counted meanwhile. */
function compare(before: Metrics, after: Metrics) {
  const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  return {
    meanBatch: grown('boxreel_inferences_total') / grown('boxreel_inference_executions_total'),
    loadRatio:
      grown('boxreel_inference_request_duration_seconds_sum') /
      grown('boxreel_inference_compute_duration_seconds_sum'),
    lagP99Ms: (after['eventloop_lag_p99_seconds'] ?? NaN) * 1000 - LAG_RESOLUTION_MS,
  };
}

function render(results: readonly (Answers & ReturnType<typeof compare> & { title: string })[]): string {
  const header = [
    'POST /api/detect',
    'total s',
    'mean s',
    'p50 s',
    'p99 s',
    'errors',
    'mean batch',
    'load ratio',
    'lag p99 ms',
  ];
  const rows = results.map(({ title, total, latencies, errors, meanBatch, loadRatio, lagP99Ms }) => {
    return [
      title,
      total.toFixed(2),
      (sum(latencies) / latencies.length).toFixed(3),
      quantile(latencies, 0.5).toFixed(3),
      quantile(latencies, 0.99).toFixed(3),
      String(errors),
      meanBatch.toFixed(2),
      loadRatio.toFixed(2),
      lagP99Ms.toFixed(1),
    ];
  });
  return table(header, rows);
}
