import type { Collection } from 'mongoose';
import {
  JobNotFoundError,
  LeaseLostError,
  MOVES,
  STAGES,
  STAGE_NAMES,
  TIME_FIELDS,
  WrongStatusError,
  isFinal,
  newJobId,
  runningStage,
  stageOf,
  type Job,
  type JobRepository,
  type Lease,
  type StageName,
} from '#jobs';
import { newJob } from '../../../test/support/database';

const JOBS = 3;
const MAX_ATTEMPTS = 2;
const LEASE_MS = 3_600_000;
const FAIR_AGE_MS = 3_600_000;
/** Keeps records small, since they are read tens of thousands of times. */
const NO_OPTIONS = {} as never;
const failure = { code: 'INTERNAL', message: 'x' } as const;

const HELD = [
  'heartbeat',
  'start',
  'end',
  'complete',
  'fail',
  'retry now',
  'retry later',
  'release',
] as const;
const OF_A_JOB = ['expire', 'cancel', 'restart', 'delete'] as const;
const KINDS = ['claim', 'claim', 'claim', 'race', ...HELD, 'complete', ...OF_A_JOB] as const;

/** One action of a worker or a person. `pick` selects a job, or any lease ever given. */
export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly stage: StageName;
  readonly pick: number;
}

type Outcome = 'done' | 'refused' | { readonly problem: string };

export function randomStep(random: () => number): Step {
  const of = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return { kind: of(KINDS), stage: of(STAGE_NAMES), pick: Math.floor(random() * 1000) };
}

/**
 * Simulates jobs with their workers and users, and checks invariants after every step. Workers keep all their leases, so
 * most of their actions come too late.
 */
export class Simulation {
  private ids: string[] = [];
  private leases: Lease[] = [];
  private before = new Map<string, Job>();
  private tokens = 0;
  private enqueued = 0;

  constructor(
    private readonly jobs: JobRepository,
    private readonly records: Collection,
  ) {}

  async reset(): Promise<void> {
    await this.records.deleteMany({});
    this.ids = [];
    this.leases = [];
    this.enqueued = 0;
    for (let n = 0; n < JOBS; n++) await this.enqueue();
    this.before = await this.snapshot();
  }

  /** @returns a description of the invariant that the step violated; undefined if none */
  async take(step: Step): Promise<string | undefined> {
    const outcome = await this.act(step);
    if (outcome === 'refused') return undefined; // if it changed anything, the next snapshot shows it
    if (outcome !== 'done') return outcome.problem;
    const after = await this.snapshot();
    const problem = this.ids.map((id) => this.inspect(id, after)).find((found) => found !== undefined);
    this.before = after;
    return problem;
  }

  private async act({ kind, stage, pick }: Step): Promise<Outcome> {
    const id = this.ids[pick % JOBS]!;
    const record = this.before.get(id)!;
    switch (kind) {
      case 'claim':
        return this.checkClaim(await this.claim(stage));
      case 'race': {
        const [one, other] = await Promise.all([this.claim(stage), this.claim(stage)]);
        if (one && other && one.job._id.equals(other.job._id))
          return { problem: 'two workers claimed the same job' };
        const outcomes = [this.checkClaim(one), this.checkClaim(other)];
        return outcomes.find((outcome) => typeof outcome === 'object') ?? 'done';
      }
      case 'expire':
        await this.records.updateOne(
          { _id: record._id, availableAt: { $exists: true } },
          { $set: { availableAt: new Date(0) } },
        );
        return 'done';
      case 'cancel':
        return expectAllowed(kind, !isFinal(record.STATUS), () => this.jobs.cancel(id));
      case 'restart': {
        const may = isFinal(record.STATUS) && record.STATUS !== 'POSTPROCESSING_COMPLETE';
        return expectAllowed(kind, may, () => this.jobs.restart(id, record.error?.stage ?? stage));
      }
      case 'delete':
        await this.jobs.delete(id);
        this.ids.splice(pick % JOBS, 1);
        await this.enqueue();
        return 'done';
      case 'heartbeat':
      case 'start':
      case 'end':
      case 'complete':
      case 'fail':
      case 'retry now':
      case 'retry later':
      case 'release': {
        const lease = this.leases[pick % this.leases.length];
        if (!lease) return 'refused'; // no job has been claimed yet
        const holds = this.before.get(lease.id)?.lease?.token === lease.token;
        return expectAllowed(kind, holds, () => this.write(kind, lease));
      }
    }
  }

  private async write(kind: (typeof HELD)[number], lease: Lease): Promise<void> {
    const { running, done } = STAGES[lease.stage];
    switch (kind) {
      case 'heartbeat':
        return this.jobs.heartbeat(lease, LEASE_MS, { done: 1, total: 2 });
      case 'start':
        return this.jobs.stamp(lease.id, running, lease.token);
      case 'end':
        return this.jobs.stamp(lease.id, done, lease.token);
      case 'complete':
        return this.jobs.complete(lease);
      case 'fail':
        return this.jobs.fail(lease, failure);
      case 'retry now':
        return this.jobs.retryLater(lease, failure, 0);
      case 'retry later':
        return this.jobs.retryLater(lease, failure, LEASE_MS);
      case 'release':
        return this.jobs.release(lease);
    }
  }

  private async claim(stage: StageName): Promise<{ job: Job; token: string; stage: StageName } | undefined> {
    const token = `t${++this.tokens}`;
    const options = {
      owner: 'o',
      token,
      leaseMs: LEASE_MS,
      maxAttempts: MAX_ATTEMPTS,
      fairAgeMs: FAIR_AGE_MS,
    };
    const job = await this.jobs.claim(STAGES[stage], options);
    return job && { job, token, stage };
  }

  /** Checks that a claim returned a claimable job. */
  private checkClaim(claimed: { job: Job; token: string; stage: StageName } | undefined): Outcome {
    if (!claimed) return 'refused';
    const { job, token, stage } = claimed;
    const id = job._id.toHexString();
    const { STATUS, availableAt } = this.before.get(id)!;
    if (stageOf(STATUS) !== stage || isFinal(STATUS))
      return { problem: `${stage} claimed a job in ${STATUS}` };
    if (availableAt!.getTime() > Date.now())
      return { problem: `${stage} claimed a job in ${STATUS} too early` };
    if (job.STATUS !== STAGES[stage].running) return 'done'; // no attempt was left
    this.leases.push({ id, stage, token });
    return job.lease?.token === token ? 'done' : { problem: 'the lease has a wrong token' };
  }

  /** Checks the invariants of a record and of its last change. */
  private inspect(id: string, after: ReadonlyMap<string, Job>): string | undefined {
    const job = after.get(id);
    const old = this.before.get(id);
    if (!job) return `job ${id} is lost`;
    const { STATUS, attempts = 0, claims = 0, lease, availableAt } = job;
    const moved = old && old.STATUS !== STATUS;
    if (moved && !MOVES.some(({ from, to }) => from === old.STATUS && to === STATUS)) {
      return `illegal move from ${old.STATUS} to ${STATUS}`;
    }
    if ((lease !== undefined) !== (runningStage(STATUS) !== undefined)) return `${STATUS}, lease: ${!!lease}`;
    if ((availableAt === undefined) !== isFinal(STATUS)) return `${STATUS}, claimable: ${!!availableAt}`;
    if (attempts > MAX_ATTEMPTS || attempts < 0) return `${attempts} attempts`;
    if (claims < (old?.claims ?? 0)) return 'the number of claims went back';
    if (lease && old?.lease && lease.token !== old.lease.token && claims === old.claims) {
      return 'two holders have the same number';
    }
    const times = TIME_FIELDS.flatMap((field) => job[field]?.getTime() ?? []);
    const inOrder = times.every((time, index) => index === 0 || time >= times[index - 1]!);
    return inOrder ? undefined : `times out of order: ${times.join(' ')}`;
  }

  private async enqueue(): Promise<void> {
    const id = newJobId();
    // Different lengths, so that the order of claims differs from that of uploads.
    const video = { frames: 3 - (this.enqueued++ % 3) } as never;
    await this.jobs.enqueue(id, { ...newJob(), video, options: NO_OPTIONS });
    this.ids.push(id);
  }

  private async snapshot(): Promise<Map<string, Job>> {
    const found = (await this.records.find({}).toArray()) as unknown as Job[];
    return new Map(found.map((job) => [job._id.toHexString(), job]));
  }
}

/** Runs an action that must succeed if and only if it is allowed. */
async function expectAllowed(
  action: string,
  allowed: boolean,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  try {
    await work();
  } catch (error) {
    const refusal =
      error instanceof LeaseLostError ||
      error instanceof WrongStatusError ||
      error instanceof JobNotFoundError;
    if (!refusal) throw error;
    return allowed ? { problem: `"${action}" was refused: ${error.message}` } : 'refused';
  }
  return allowed ? 'done' : { problem: `"${action}" succeeded but is not allowed` };
}
