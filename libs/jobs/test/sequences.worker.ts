import { parentPort, threadId, workerData } from 'node:worker_threads';
import { Job, JobRepository, JobSchema } from '#jobs';
import { startDatabase, type TestDatabase } from '../../../test/support/database';
import { seeded } from '../../../test/support/random';
import { Simulation, randomStep, type Step } from './simulation';

/** Sequences of the seeds `first`, `first + every` … below `end`, each of length `steps`. */
export interface Sequences {
  readonly first: number;
  readonly every: number;
  readonly end: number;
  readonly steps: number;
}

/** A sequence that violates an invariant, reduced to the necessary steps. */
export interface Violation {
  readonly problem: string;
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** Concurrent sequences, each in a separate collection, so that waiting for the disk does not block the others. */
const SIMULATIONS = 4;

/** @returns the first violation and the steps up to it */
async function run(
  simulation: Simulation,
  seed: number,
  steps: readonly Step[],
): Promise<Violation | undefined> {
  await simulation.reset();
  for (const [index, step] of steps.entries()) {
    const problem = await simulation.take(step);
    if (problem !== undefined) return { problem, seed, steps: steps.slice(0, index + 1) };
  }
  return undefined;
}

/** Drops every step that the violation does not need. */
async function shrink(simulation: Simulation, violation: Violation): Promise<Violation> {
  let shortest = violation;
  for (let index = violation.steps.length - 1; index >= 0; index--) {
    const steps = shortest.steps.filter((_, n) => n !== index);
    shortest = (await run(simulation, violation.seed, steps)) ?? shortest;
  }
  return shortest;
}

async function runSequences(
  db: TestDatabase,
  { first, every, end, steps }: Sequences,
): Promise<Violation | undefined> {
  let next = first;
  const found: Violation[] = [];
  const simulate = async (n: number): Promise<void> => {
    const name = `simulation_${threadId}_${n}`;
    const model = db.connection.model<Job>(name, JobSchema, name);
    const simulation = new Simulation(new JobRepository(model), model.collection);
    await model.init();
    for (let seed = next; seed < end && found.length === 0; seed = next) {
      next += every;
      const random = seeded(seed);
      const sequence = Array.from({ length: steps }, () => randomStep(random));
      const violation = await run(simulation, seed, sequence);
      if (violation) found.push(await shrink(simulation, violation));
    }
  };
  await Promise.all(Array.from({ length: SIMULATIONS }, (_, n) => simulate(n)));
  return found[0];
}

async function main(): Promise<void> {
  const db = await startDatabase();
  try {
    parentPort?.postMessage(await runSequences(db, workerData as Sequences));
  } finally {
    await db.close();
  }
}

void main();
