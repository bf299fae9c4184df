import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { isClientFault } from '#http';
import { JobRepository, type Job } from '#jobs';
import { CONFIG } from '#service';
import { PartialUploads, Workspace, type PartialUpload } from '#workspace';
import { SubmissionService, checkKey } from '../jobs/submission.service';
import type { IntakeSettings } from '../intake/intake.service';
import { readChoices } from '../intake/job-options';
import { Catalogue } from '../models/catalogue';
import { Callbacks } from '../webhooks/callbacks';
import { checkLengths, readMetadata } from './upload-metadata';

/** What becomes of uploads that arrive in pieces: looked at before the first byte, a job after the last one. */
@Injectable()
export class UploadsService {
  private readonly finishing = new Map<string, Promise<Job>>();

  constructor(
    private readonly partials: PartialUploads,
    private readonly workspace: Workspace,
    private readonly jobs: JobRepository,
    private readonly submissions: SubmissionService,
    private readonly catalogue: Catalogue,
    private readonly callbacks: Callbacks,
    @Inject(CONFIG) private readonly settings: IntakeSettings,
  ) {}

  /**
   * What can be told before a byte is sent.
   * @throws BadRequestException with all mistakes; UploadRefusedError
   */
  async check(size: number, metadata: PartialUpload['metadata'] | undefined): Promise<void> {
    const wishes = readMetadata(metadata);
    checkLengths(wishes, this.settings);
    await readChoices(wishes.fields, this.catalogue, this.callbacks, this.settings.SCORE_THRESHOLD);
    if (wishes.key !== undefined) checkKey(wishes.key);
    await this.workspace.checkSpace(size);
  }

  /**
   * The job of an upload whose last byte has come. It may be asked for as often as anybody likes, of any replica, after
   * a lost answer or a crash at any moment: the first who asks makes the job, the others are told which it is.
   * @throws what SubmissionService.submit throws. A file that is refused for good is removed.
   */
  finish(id: string): Promise<Job> {
    let job = this.finishing.get(id);
    if (!job) {
      job = this.makeJob(id).finally(() => this.finishing.delete(id));
      this.finishing.set(id, job);
    }
    return job;
  }

  /** @throws ConflictException when it is a job already */
  async checkRemoval(id: string): Promise<void> {
    await this.finishing.get(id)?.catch(() => undefined);
    const upload = await this.partials.find(id);
    if (!upload?.settled) return;
    const job = await this.jobs.withKey(keyOf(upload));
    const where = job ? `: cancel job ${job._id.toHexString()} instead` : '';
    throw new ConflictException(`This upload is complete${where}.`);
  }

  private async makeJob(id: string): Promise<Job> {
    const upload = await this.partials.find(id);
    if (!upload) throw new NotFoundException('There is no such upload.');
    const key = keyOf(upload);
    if (upload.settled) {
      const job = await this.jobs.withKey(key);
      if (!job) throw new NotFoundException('The job of this upload has been deleted.');
      return job;
    }
    const arrivedAt = performance.now() - Math.max(0, Date.now() - upload.announcedAt);
    const { fields } = readMetadata(upload.metadata);
    try {
      const arrival = await this.partials.arrive(upload);
      const { job } = await this.submissions.submit({ ...arrival, arrivedAt }, fields, key);
      await this.partials.settle(upload);
      return job;
    } catch (error) {
      if (isClientFault(error)) await this.partials.remove(id);
      throw error;
    }
  }
}

/** What the job is found by. */
function keyOf({ id, metadata }: PartialUpload): string {
  return readMetadata(metadata).key ?? id;
}
