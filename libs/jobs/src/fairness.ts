import type { Job } from './job.schema';
import type { StageName } from './lifecycle';

/** How many of the oldest claimable jobs a claim chooses among: one short read of the index, however long the queue. */
export const FAIR_WINDOW = 100;

/** What the choice needs of a claimable record, which other programs may have made. */
export interface Waiting {
  readonly _id: Job['_id'];
  readonly availableAt?: unknown;
  readonly video?: unknown;
  readonly options?: unknown;
  /** The database's clock when it was read. */
  readonly now: Date;
}

/**
 * The order in which a stage takes jobs: those that have been claimable for `fairAgeMs` or longer, oldest first, then
 * those with the least expected work. Equal jobs keep their order.
 *
 * @param waiting oldest first
 * @param fairAgeMs milliseconds; 0 keeps the order as it is
 */
export function fairOrder(waiting: readonly Waiting[], stage: StageName, fairAgeMs: number): Waiting[] {
  const isAged = (job: Waiting) => ageOf(job) >= fairAgeMs;
  const shortestFirst = waiting
    .filter((job) => !isAged(job))
    .sort((a, b) => expectedWork(a, stage) - expectedWork(b, stage));
  return [...waiting.filter(isAged), ...shortestFirst];
}

/**
 * Frames that a stage has to work on; infer skips those between its steps. A job whose frames are unknown counts as
 * 0: it keeps its turn, and a record that cannot be worked on ends at once.
 */
export function expectedWork(
  { video, options }: Pick<Waiting, 'video' | 'options'>,
  stage: StageName,
): number {
  const frames = positive(field(video, 'frames')) ?? 0;
  const step = stage === 'infer' ? (positive(field(options, 'frameStep')) ?? 1) : 1;
  return Math.ceil(frames / step);
}

/** Milliseconds since the job became claimable; without a date it has always been. */
function ageOf({ availableAt, now }: Waiting): number {
  return availableAt instanceof Date ? now.getTime() - availableAt.getTime() : Infinity;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
