import { parentPort, threadId, workerData } from 'node:worker_threads';
import { Job, JobRepository, JobSchema } from '#jobs';
import { startDatabase, type TestDatabase } from '../../../test/support/database';
import { seeded } from '../../../test/support/random';
import { World, randomStep, type Step } from './world';

/** The sequences of the seeds `first`, `first + every` … below `end`; each has so many steps. */
export interface Sequences {
  readonly first: number;
  readonly every: number;
  readonly end: number;
  readonly steps: number;
}

/** A sequence that breaks a promise, cut down to the steps that it takes. */
export interface Broken {
  readonly promise: string;
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** Sequences under way at once, each in a collection of its own: while one waits for the disk others go on. */
const WORLDS = 4;

/** @returns the first promise that the sequence breaks, and the steps up to there */
async function run(world: World, seed: number, steps: readonly Step[]): Promise<Broken | undefined> {
  await world.reset();
  for (const [index, step] of steps.entries()) {
    const promise = await world.take(step);
    if (promise !== undefined) return { promise, seed, steps: steps.slice(0, index + 1) };
  }
  return undefined;
}

/** Leaves out every step without which a promise is broken, too. */
async function shrink(world: World, broken: Broken): Promise<Broken> {
  let shortest = broken;
  for (let index = broken.steps.length - 1; index >= 0; index--) {
    const steps = shortest.steps.filter((_, n) => n !== index);
    shortest = (await run(world, broken.seed, steps)) ?? shortest;
  }
  return shortest;
}

async function workOff(
  db: TestDatabase,
  { first, every, end, steps }: Sequences,
): Promise<Broken | undefined> {
  let next = first;
  const found: Broken[] = [];
  const inWorld = async (n: number): Promise<void> => {
    const name = `world_${threadId}_${n}`;
    const model = db.connection.model<Job>(name, JobSchema, name);
    const world = new World(new JobRepository(model), model.collection);
    await model.init();
    for (let seed = next; seed < end && found.length === 0; seed = next) {
      next += every;
      const random = seeded(seed);
      const sequence = Array.from({ length: steps }, () => randomStep(random));
      const broken = await run(world, seed, sequence);
      if (broken) found.push(await shrink(world, broken));
    }
  };
  await Promise.all(Array.from({ length: WORLDS }, (_, n) => inWorld(n)));
  return found[0];
}

async function main(): Promise<void> {
  const db = await startDatabase();
  try {
    parentPort?.postMessage(await workOff(db, workerData as Sequences));
  } finally {
    await db.close();
  }
}

void main();
