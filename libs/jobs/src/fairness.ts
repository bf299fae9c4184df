import type { Job } from './job.schema';
import type { StageName } from './lifecycle';

/** Number of the oldest claimable jobs that a claim chooses from: one short index read, however long the queue. */
export const FAIR_WINDOW = 100;

/** Fields of a claimable record. Untyped, because other programs may have written it. */
export interface Waiting {
  readonly _id: Job['_id'];
  readonly availableAt?: unknown;
  readonly video?: unknown;
  readonly options?: unknown;
  /** Database time of the read. */
  readonly now: Date;
}

/**
 * The order in which a stage claims jobs: those claimable for `fairAgeMs` or longer, oldest first, then those with the
 * least expected work. The sort is stable.
 *
 * @param waiting oldest first
 * @param fairAgeMs milliseconds; 0 keeps the order
 */
export function fairOrder(waiting: readonly Waiting[], stage: StageName, fairAgeMs: number): Waiting[] {
  const isAged = (job: Waiting) => ageOf(job) >= fairAgeMs;
  const shortestFirst = waiting
    .filter((job) => !isAged(job))
    .sort((a, b) => expectedWork(a, stage) - expectedWork(b, stage));
  return [...waiting.filter(isAged), ...shortestFirst];
}

/**
 * Frames that a stage has to process; infer skips those between its steps. A job with unknown frames counts as 0, so
 * that it is claimed by age and a malformed record ends soon.
 */
export function expectedWork(
  { video, options }: Pick<Waiting, 'video' | 'options'>,
  stage: StageName,
): number {
  const frames = positive(field(video, 'frames')) ?? 0;
  const step = stage === 'infer' ? (positive(field(options, 'frameStep')) ?? 1) : 1;
  return Math.ceil(frames / step);
}

/** Milliseconds since the job became claimable; infinite without a date. */
function ageOf({ availableAt, now }: Waiting): number {
  return availableAt instanceof Date ? now.getTime() - availableAt.getTime() : Infinity;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
