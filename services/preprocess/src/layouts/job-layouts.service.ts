import { access, rm } from 'node:fs/promises';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Layout, LayoutEvents } from '#contract';
import { isMissing } from '#errors';
import { countEvents, findEvents, writeEvents } from '#events';
import { COMPLETE_STATUS, FinishedJobs, JobNotFoundError, JobRepository, layoutOf, type Job } from '#jobs';
import { Workspace } from '#workspace';

/** Lines and zones of jobs, and the events at them. Each method throws JobNotFoundError. */
@Injectable()
export class JobLayouts {
  /** One job at a time: counting reads all its detections. It also keeps the record and the file of a job in step. */
  private readonly counting = pLimit(1);

  constructor(
    private readonly jobs: JobRepository,
    private readonly finished: FinishedJobs,
    private readonly workspace: Workspace,
  ) {}

  /** Of a job in any status. @throws NotFoundException if it has none */
  async get(id: string): Promise<Layout> {
    const layout = layoutOf(await this.jobs.get(id));
    if (layout) return layout;
    throw new NotFoundException(
      `Job ${id} has no lines and zones: set them with PUT /api/jobs/${id}/layout.`,
    );
  }

  /**
   * Sets the lines and zones of a complete job and counts at them.
   * @throws ConflictException unless the job is complete and has tracks
   */
  async set(id: string, layout: Layout): Promise<LayoutEvents> {
    const job = await this.jobs.get(id);
    if (job.STATUS !== COMPLETE_STATUS)
      throw new ConflictException(
        `Job ${id} is ${job.STATUS}: lines and zones can be set once it is ${COMPLETE_STATUS}.`,
      );
    if (!job.video || !(await this.hasTracks(id)))
      throw new ConflictException(
        `Job ${id} has no tracks, which lines and zones need: run its video again with tracking.`,
      );
    const { video } = job;
    return this.counting(() => this.count(id, layout, video));
  }

  /** Removes the lines and zones of a complete job, and the events. @throws ConflictException unless it is complete */
  async remove(id: string): Promise<void> {
    const { STATUS } = await this.jobs.get(id);
    if (!(await this.finished.setLayout(id, undefined)))
      throw new ConflictException(
        `Job ${id} is ${STATUS}: lines and zones can be removed once it is ${COMPLETE_STATUS}.`,
      );
    await this.counting(() => rm(this.events(id), { force: true }));
  }

  /** @throws NotFoundException if there are none */
  async readEvents(id: string): Promise<LayoutEvents> {
    await this.jobs.get(id);
    const events = await this.findEvents(id);
    if (events) return events;
    throw new NotFoundException(
      `Job ${id} has no events: set lines and zones with PUT /api/jobs/${id}/layout.`,
    );
  }

  /** @returns undefined if there are none */
  async findEvents(id: string): Promise<LayoutEvents | undefined> {
    return findEvents(this.events(id));
  }

  /** Whether objects of the job have tracks, which counting needs. */
  async hasTracks(id: string): Promise<boolean> {
    return access(this.workspace.path(id, 'tracks.json')).then(
      () => true,
      () => false,
    );
  }

  private async count(id: string, layout: Layout, video: NonNullable<Job['video']>): Promise<LayoutEvents> {
    try {
      const events = await countEvents(this.workspace.path(id, 'detections.ndjson'), layout, video);
      await writeEvents(this.events(id), events);
      if (!(await this.finished.setLayout(id, layout))) throw new JobNotFoundError(id);
      return events;
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.jobs.get(id); // the job may have been deleted meanwhile
      throw new ConflictException(`The detections of job ${id} are not on the volume: run its video again.`);
    }
  }

  private events(id: string): string {
    return this.workspace.path(id, 'events.json');
  }
}
