import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { JobRepository, LayoutPresets, type Job } from '#jobs';
import { CONFIG, isClientFault } from '#platform';
import { PartialUploads, Workspace, type PartialUpload } from '#workspace';
import { SubmissionService, checkKey } from '../jobs/submission.service';
import type { IntakeSettings } from '../intake/intake.service';
import { readChoices } from '../intake/job-options';
import { Catalogue } from '../models/catalogue';
import { Callbacks } from '../webhooks/callbacks';
import { checkLengths, readMetadata } from './upload-metadata';

/** Checks resumable uploads before the first byte and creates their jobs after the last one. */
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
    private readonly presets: LayoutPresets,
    @Inject(CONFIG) private readonly settings: IntakeSettings,
  ) {}

  /**
   * Checks an announced upload.
   * @throws BadRequestException listing all errors; UploadRefusedError
   */
  async check(size: number, metadata: PartialUpload['metadata'] | undefined): Promise<void> {
    const upload = readMetadata(metadata);
    checkLengths(upload, this.settings);
    const { catalogue, callbacks, presets } = this;
    const known = { catalogue, callbacks, presets };
    await readChoices(upload.fields, known, this.settings.SCORE_THRESHOLD);
    if (upload.key !== undefined) checkKey(upload.key);
    await this.workspace.checkSpace(size);
  }

  /**
   * Returns the job of a complete upload and creates it on the first call. Idempotent across replicas, lost responses
   * and crashes.
   * @throws errors of SubmissionService.submit; removes the file if the error is the client's fault
   */
  finish(id: string): Promise<Job> {
    let job = this.finishing.get(id);
    if (!job) {
      job = this.makeJob(id).finally(() => this.finishing.delete(id));
      this.finishing.set(id, job);
    }
    return job;
  }

  /** @throws ConflictException if the upload is already a job */
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
    if (!upload) throw new NotFoundException('Upload not found.');
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

/** The key under which the job is stored. */
function keyOf({ id, metadata }: PartialUpload): string {
  return readMetadata(metadata).key ?? id;
}
