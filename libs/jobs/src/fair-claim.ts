import type { Model, QueryFilter } from 'mongoose';
import { claimUpdate, type ClaimOptions } from './claiming';
import { FAIR_WINDOW, fairOrder, type Waiting } from './fairness';
import type { Job } from './job.schema';
import type { StageRule } from './lifecycle';
import { inMs } from './pipeline';

/** Number of jobs a claim tries before it falls back to the oldest, because other workers compete for the same ones. */
const MAX_TRIES = 16;

const OLDEST_FIRST = { availableAt: 1, _id: 1 } as const;

/**
 * Claims the next job by `fairOrder`. The order is only a hint: the claim itself is one atomic step that checks again
 * whether the job is claimable. So no two workers get the same job, and a worker that dies in between leaves no trace.
 * @returns the record after the claim; undefined if no job is claimable
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
    const job = await claimOne(jobs, { ...claimable(stage), _id }, stage, options);
    if (job) return job;
  }
  return claimOne(jobs, claimable(stage), stage, options, OLDEST_FIRST);
}

/** Records that the stage can claim now: waiting for it, or held under an expired lease. */
function claimable(stage: StageRule): QueryFilter<Job> {
  return { STATUS: { $in: [stage.waiting, stage.running] }, $expr: { $lte: ['$availableAt', '$$NOW'] } };
}

async function claimOne(
  jobs: Model<Job>,
  filter: QueryFilter<Job>,
  stage: StageRule,
  options: ClaimOptions,
  sort: Partial<typeof OLDEST_FIRST> = {}, // none for a filter by id, which uses the index of ids
): Promise<Job | undefined> {
  const job = await jobs
    .findOneAndUpdate(filter, claimUpdate(stage, options), {
      ...{ sort, returnDocument: 'after', updatePipeline: true },
    })
    .lean<Job>();
  return job ?? undefined;
}
