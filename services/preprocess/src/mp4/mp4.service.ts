import { rm } from 'node:fs/promises';
import { BadRequestException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import type { Mp4Request } from '#contract';
import { chooseLabels } from '#detection/models';
import { COMPLETE_STATUS, JobRepository, Renderings, renderingKey, type Job, type Rendering } from '#jobs';
import { Workspace, renderingName } from '#workspace';
import { Catalogue } from '../models/catalogue';

/** MP4s kept per job: a new one replaces the oldest that is not being made. */
const MAX_PER_JOB = 10;

/** MP4s with boxes that users request for complete jobs. Workers of the postprocess service make them. */
@Injectable()
export class Mp4Service {
  constructor(
    private readonly jobs: JobRepository,
    private readonly renderings: Renderings,
    private readonly workspace: Workspace,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * @returns the new or existing rendering with these options
   * @throws JobNotFoundError; ConflictException unless the job is complete; BadRequestException for unknown labels
   */
  async request(id: string, request: Mp4Request): Promise<Rendering> {
    const job = await this.jobs.get(id);
    if (job.STATUS !== COMPLETE_STATUS)
      throw new ConflictException(
        `Job ${id} is ${job.STATUS}: an MP4 can be made once it is ${COMPLETE_STATUS}.`,
      );
    const { score = job.options?.score ?? 0, classes = job.options?.classes ?? [] } = request;
    const options = { score, classes: await this.labels(job, classes) };
    if (!(await this.renderings.get(id, renderingKey(options)))) await this.makeRoom(id);
    return this.renderings.request(id, options);
  }

  /** All MP4s of a job, oldest request first. @throws JobNotFoundError */
  async list(id: string): Promise<Rendering[]> {
    await this.jobs.get(id);
    return this.renderings.ofJob(id);
  }

  /** @throws JobNotFoundError, NotFoundException */
  async get(id: string, key: string): Promise<Rendering> {
    await this.jobs.get(id);
    const found = await this.renderings.get(id, key);
    if (!found) throw new NotFoundException(`Job ${id} has no MP4 ${key}: request one with POST.`);
    return found;
  }

  private async labels(job: Job, wanted: readonly string[]): Promise<readonly string[]> {
    if (wanted.length === 0 || !job.options) return wanted;
    const { manifest } = await this.catalogue.entry(job.options.model);
    if (!manifest) return wanted; // the model was removed after the job
    const { labels, problem } = chooseLabels(wanted, manifest, 'GET /api/models');
    if (problem !== undefined) throw new BadRequestException(`The MP4 was rejected: classes: ${problem}.`);
    return labels;
  }

  private async makeRoom(id: string): Promise<void> {
    const all = await this.renderings.ofJob(id);
    const replaceable = all.filter(({ state }) => state === 'done' || state === 'failed');
    for (const { key } of replaceable.slice(0, Math.max(0, all.length + 1 - MAX_PER_JOB))) {
      await this.renderings.remove(id, key);
      await rm(this.workspace.path(id, 'mp4', renderingName(key)), { force: true });
    }
  }
}
