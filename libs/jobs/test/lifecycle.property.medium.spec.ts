import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Violation, Sequences } from './sequences.worker';

const SEQUENCES = 500;
const STEPS = 60;
/** Worker threads, because the driver is twice as fast outside jest's realm. */
const THREADS = 2;

it(`keeps its invariants over ${SEQUENCES} random sequences of ${STEPS} steps`, async () => {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  const threads = Array.from({ length: THREADS }, (_, n) => {
    const workerData: Sequences = { first: seed + n, every: THREADS, end: seed + SEQUENCES, steps: STEPS };
    return new Worker(join(__dirname, 'sequences.worker.js'), { workerData });
  });
  const ended = threads.map((thread) => once(thread, 'exit'));
  const answers = await Promise.all(threads.map((thread) => once(thread, 'message')));
  await Promise.all(ended);
  const [violation] = answers.flat().filter(Boolean) as Violation[];
  if (!violation) return;
  const steps = violation.steps.map((step) => `  ${JSON.stringify(step)}`).join('\n');
  throw new Error(`${violation.problem}\nReproduce with SEED=${violation.seed} and these steps:\n${steps}`);
}, 600_000);
