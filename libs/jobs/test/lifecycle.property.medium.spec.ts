import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Broken, Sequences } from './sequences.worker';

const SEQUENCES = 500;
const STEPS = 60;
/** Outside of jest's realm the driver is twice as fast. */
const THREADS = 2;

it(`keeps its promises over ${SEQUENCES} random sequences of ${STEPS} steps`, async () => {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  const threads = Array.from({ length: THREADS }, (_, n) => {
    const workerData: Sequences = { first: seed + n, every: THREADS, end: seed + SEQUENCES, steps: STEPS };
    return new Worker(join(__dirname, 'sequences.worker.js'), { workerData });
  });
  const ended = threads.map((thread) => once(thread, 'exit'));
  const answers = await Promise.all(threads.map((thread) => once(thread, 'message')));
  await Promise.all(ended);
  const [broken] = answers.flat().filter(Boolean) as Broken[];
  if (!broken) return;
  const story = broken.steps.map((step) => `  ${JSON.stringify(step)}`).join('\n');
  throw new Error(`${broken.promise}\nSEED=${broken.seed} and these steps show it:\n${story}`);
}, 180_000);
