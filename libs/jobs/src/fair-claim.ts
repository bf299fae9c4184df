import type { Model, QueryFilter } from 'mongoose';
import { claimUpdate, type ClaimOptions } from './claiming';
import { FAIR_WINDOW, fairOrder, type Waiting } from './fairness';
import type { Job } from './job.schema';
import type { StageRule } from './lifecycle';
import { inMs } from './pipeline';

/** Jobs that a claim tries before it takes the oldest: other workers try for the same ones at the same time. */
const MAX_TRIES = 16;

const OLDEST_FIRST = { availableAt: 1, _id: 1 } as const;

/**
 * Claims the job whose turn it is by `fairOrder`. The choice is only advice: what takes a job is one atomic step that
 * tests again whether it is claimable, so that no two workers get the same one, and a worker that dies between
 * choosing and taking leaves nothing behind.
 * @returns the record after the claim; undefined when there is nothing to take
 */
export async function claimFairly(
  jobs: Model<Job>,
  stage: StageRule,
  options: ClaimOptions,
): Promise<Job | undefined> {
  const waiting = await jobs
    .find(claimable(stage), {
      ...{ availableAt: 1, 'video.frames': 1, 'options.frameStep': 1 },
      now: inMs(0),
    })
    .sort(OLDEST_FIRST)
    .limit(FAIR_WINDOW)
    .lean<Waiting[]>();
  if (waiting.length === 0) return undefined;
  for (const { _id } of fairOrder(waiting, stage.name, options.fairAgeMs).slice(0, MAX_TRIES)) {
    const job = await take(jobs, { ...claimable(stage), _id }, stage, options);
    if (job) return job;
  }
  return take(jobs, claimable(stage), stage, options, OLDEST_FIRST);
}

/** The records that the stage may take now: waiting for it, or held by a worker whose lease has run out. */
function claimable(stage: StageRule): QueryFilter<Job> {
  return { STATUS: { $in: [stage.waiting, stage.running] }, $expr: { $lte: ['$availableAt', '$$NOW'] } };
}

async function take(
  jobs: Model<Job>,
  filter: QueryFilter<Job>,
  stage: StageRule,
  options: ClaimOptions,
  sort: Partial<typeof OLDEST_FIRST> = {}, // none where the filter names one record: its index is that of the ids
): Promise<Job | undefined> {
  const job = await jobs
    .findOneAndUpdate(filter, claimUpdate(stage, options), {
      ...{ sort, returnDocument: 'after', updatePipeline: true },
    })
    .lean<Job>();
  return job ?? undefined;
}
