import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import type { Response } from 'express';
import { COMPLETE_STATUS, JobRepository } from '#jobs';
import { Workspace, targetName } from '#workspace';

/** Sends the annotated video of a complete job. */
@Injectable()
export class VideoFileService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /** As an attachment, with ranges and ETag. @throws NotFoundException while there is none, JobNotFound */
  async send(id: string, response: Response): Promise<void> {
    const job = await this.jobs.get(id);
    if (job.STATUS !== COMPLETE_STATUS) {
      throw new NotFoundException(`Job ${id} has no annotated video yet: it is ${job.STATUS}.`);
    }
    const options = {
      headers: { 'Content-Type': 'video/x-msvideo' },
      dotfiles: 'allow', // in the folders above; the name itself is ours
    } as const;
    await new Promise<void>((resolve, reject) => {
      response.download(this.workspace.target(id), targetName(id), options, (error?: Error) => {
        // a client that goes away in the middle is no error of ours
        if (!error || response.headersSent) resolve();
        else if ('status' in error && error.status === 416)
          reject(new HttpException('The video has no such part.', 416));
        else reject(new NotFoundException(`The annotated video of job ${id} is not on the volume.`));
      });
    });
  }
}
