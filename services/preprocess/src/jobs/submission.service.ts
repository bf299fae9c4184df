import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { BadRequestException, Injectable } from '@nestjs/common';
import { JobRepository, isDuplicate, type Job, type JobSubmission } from '#jobs';
import { Workspace } from '#workspace';
import { IntakeService } from '../intake/intake.service';
import type { Fields } from '../intake/job-options';
import type { ReceivedFile } from '../intake/volume-storage';

export interface Submitted {
  readonly job: Job;
  /** Made by this request, and not by an earlier one of the same name. */
  readonly created: boolean;
}

/** Makes one job of a request that is sent more than once, as after a lost answer: its Idempotency-Key names it. */
@Injectable()
export class SubmissionService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly intake: IntakeService,
  ) {}

  /**
   * @param key of the header, undefined for a request without a name
   * @throws KeyReusedError when the key stands for another file or other fields; what IntakeService.submit throws
   */
  async submit(file: ReceivedFile, fields: Fields, key: string | undefined): Promise<Submitted> {
    if (key === undefined) return { job: await this.intake.submit(file, fields), created: true };
    let submission: JobSubmission;
    try {
      submission = { key: checkKey(key), digest: await digestOf(file, fields) };
      const first = await this.jobs.submitted(submission);
      if (first) return await this.instead(file, first);
    } catch (error) {
      await this.workspace.discard(file.folder);
      throw error;
    }
    try {
      return { job: await this.intake.submit(file, fields, submission), created: true };
    } catch (error) {
      // Of two requests at the same time the database lets one be the first.
      const first = isDuplicate(error) ? await this.jobs.submitted(submission) : undefined;
      if (!first) throw error;
      return { job: first, created: false };
    }
  }

  private async instead(file: ReceivedFile, job: Job): Promise<Submitted> {
    await this.workspace.discard(file.folder);
    return { job, created: false };
  }
}

/** @throws BadRequestException unless it can stand in a header */
export function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new BadRequestException(
    'Idempotency-Key: expected 1 to 255 visible ASCII characters, such as a UUID.',
  );
}

/** What is read of a file to tell it from others of its name and size: so many places, of so many bytes. */
const SAMPLES = 16;
const SAMPLE_BYTES = 64 * 1024;

/** Of what a request asks for: the name of its file, its size and samples of it, and its fields as they were sent. */
async function digestOf({ path }: ReceivedFile, fields: Fields): Promise<string> {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256').update(JSON.stringify([basename(path), size, sorted]));
    const last = Math.max(0, size - SAMPLE_BYTES);
    const places = new Set(Array.from({ length: SAMPLES }, (_, n) => Math.floor((last * n) / (SAMPLES - 1))));
    for (const place of places) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, place);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
