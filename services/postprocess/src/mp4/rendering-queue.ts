import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FinishedJobs,
  JobNotFoundError,
  JobRepository,
  Renderings,
  type FailureReason,
  type JobProgress,
  type Rendering,
  type RenderingLease,
} from '#jobs';
import type { Claimant, EndedUnit, Held, WorkQueue, WorkUnit } from '#stage';
import { Workspace, renderingName } from '#workspace';
import type { DecodedJob, Mp4Renderer } from './mp4-renderer';

/** What renderings are worked on with. */
interface RenderingTools {
  readonly renderings: Renderings;
  readonly jobs: JobRepository;
  readonly finished: FinishedJobs;
  readonly workspace: Workspace;
  readonly renderer: Mp4Renderer;
  readonly options: { readonly leaseMs: number; readonly maxAttempts: number };
}

/** The requested MP4s of all jobs as a queue. */
export class RenderingQueue implements WorkQueue {
  readonly name = 'mp4';

  constructor(private readonly tools: RenderingTools) {}

  async claim(claimant: Claimant): Promise<WorkUnit | EndedUnit | undefined> {
    const { renderings, options } = this.tools;
    const claimed = await renderings.claim({ ...options, ...claimant });
    if (!claimed) return undefined;
    if (claimed.state !== 'running')
      return { ended: `Job ${claimed.job}: MP4 failed: ${claimed.error?.message ?? ''}` };
    return new RenderingUnit(claimed, { id: claimed._id, token: claimant.token }, this.tools);
  }
}

/** A requested MP4 that a worker holds. */
class RenderingUnit implements WorkUnit {
  readonly failedState = 'MP4 failed';
  readonly job: string;
  readonly title: string;
  readonly attempts: number;

  constructor(
    private readonly record: Rendering,
    private readonly lease: RenderingLease,
    private readonly tools: RenderingTools,
  ) {
    this.job = record.job;
    this.title = `Job ${record.job}: MP4 ${record.key}`;
    this.attempts = record.attempts ?? 1;
  }

  /** Workers that render the same options write the same video, so the last rename wins without harm. */
  async run(held: Held): Promise<void> {
    const { workspace, renderings, renderer, finished } = this.tools;
    const job = await this.readJob();
    const folder = join(workspace.root, this.job, 'mp4');
    await mkdir(folder).catch(ignoreExisting); // not recursive: the folder of a deleted job must not come back
    const draft = join(folder, `.${this.record.key}-${randomUUID()}.mp4`);
    try {
      await held.watched(({ progress }) =>
        renderer.render({
          ...{ job, target: draft, signal: held.signal, progress },
          boxes: this.record.options,
        }),
      );
      await held.confirm();
      await rename(draft, join(folder, renderingName(this.record.key)));
    } finally {
      await rm(draft, { force: true });
    }
    await finished.forgetBytes(this.job);
    await renderings.complete(this.lease);
  }

  heartbeat(progress: JobProgress): Promise<void> {
    return this.tools.renderings.heartbeat(this.lease, this.tools.options.leaseMs, progress);
  }

  release(options?: { delayMs?: number }): Promise<void> {
    return this.tools.renderings.release(this.lease, options);
  }

  retryLater(failure: FailureReason, delayMs: number): Promise<void> {
    return this.tools.renderings.retryLater(this.lease, failure, delayMs);
  }

  fail(failure: FailureReason): Promise<void> {
    return this.tools.renderings.fail(this.lease, failure);
  }

  /** @throws JobNotFoundError if the job was deleted; its rendering is removed then */
  private async readJob(): Promise<DecodedJob> {
    try {
      const { _id, video, frameFiles } = await this.tools.jobs.get(this.job);
      if (!video) throw new Error(`job ${this.job} has no properties of its video`);
      return { _id, video, ...(frameFiles !== undefined && { frameFiles }) };
    } catch (error) {
      if (error instanceof JobNotFoundError) await this.tools.renderings.remove(this.job, this.record.key);
      throw error;
    }
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
