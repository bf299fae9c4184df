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
  /** False if an earlier request with the same key created the job. */
  readonly created: boolean;
}

/** Creates only one job for requests with the same Idempotency-Key, which clients send again after a lost response. */
@Injectable()
export class SubmissionService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly intake: IntakeService,
  ) {}

  /**
   * @param key the Idempotency-Key; undefined if the request has none
   * @throws KeyReusedError if the key was used with another file or other fields; errors of IntakeService.submit
   */
  async submit(file: ReceivedFile, fields: Fields, key: string | undefined): Promise<Submitted> {
    if (key === undefined) return { job: await this.intake.submit(file, fields), created: true };
    let submission: JobSubmission;
    try {
      submission = { key: checkKey(key), digest: await digestOf(file, fields) };
      const first = await this.jobs.submitted(submission);
      if (first) return await this.reuse(file, first);
    } catch (error) {
      await this.workspace.discard(file.folder);
      throw error;
    }
    try {
      return { job: await this.intake.submit(file, fields, submission), created: true };
    } catch (error) {
      // Of two concurrent requests the database accepts one.
      const first = isDuplicate(error) ? await this.jobs.submitted(submission) : undefined;
      if (!first) throw error;
      return { job: first, created: false };
    }
  }

  private async reuse(file: ReceivedFile, job: Job): Promise<Submitted> {
    await this.workspace.discard(file.folder);
    return { job, created: false };
  }
}

/** @throws BadRequestException unless the key is a valid header value */
export function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new BadRequestException(
    'Idempotency-Key: expected 1 to 255 visible ASCII characters, such as a UUID.',
  );
}

/** The digest covers samples, which distinguish files of the same name and size without reading them completely. */
const SAMPLES = 16;
const SAMPLE_BYTES = 64 * 1024;

/** Digest of a request: name, size and samples of its file, and its fields as sent. */
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
