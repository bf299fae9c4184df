import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Job } from '#jobs';
import { Workspace } from '#workspace';
import { IntakeService } from './intake.service';

/** Relative to dist/services/preprocess/src/intake. */
const SAMPLE = join(__dirname, '../../../../../models/sample.mp4');

/** A short clip for people without a video of their own, as if they had uploaded it. */
@Injectable()
export class SampleService {
  constructor(
    private readonly intake: IntakeService,
    private readonly workspace: Workspace,
  ) {}

  /** @throws what an upload throws */
  async submit(): Promise<Job> {
    const arrivedAt = performance.now();
    await this.workspace.checkSpace();
    const arrival = await this.workspace.receive('sample.mp4');
    try {
      await copyFile(SAMPLE, arrival.path);
    } catch (error) {
      await this.workspace.discard(arrival.folder);
      throw error;
    }
    return this.intake.submit({ ...arrival, arrivedAt }, {});
  }
}
