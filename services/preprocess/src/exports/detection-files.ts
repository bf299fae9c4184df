import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { Injectable, NotFoundException } from '@nestjs/common';
import type { Video } from '#exports';
import { isFinal, JobRepository, type Job, type JobVideo } from '#jobs';
import { Workspace, type Artifact } from '#workspace';

/** Detections of a job on the volume. */
export interface DetectionFile {
  readonly path: string;
  /** Changes with the files. */
  readonly version: string;
  /** When they were written. */
  readonly date: Date;
  readonly video: Video & JobVideo;
  /** Name of the upload without its extension. */
  readonly name: string;
}

/** Finds the files with the detections of jobs. */
@Injectable()
export class DetectionFiles {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /** @throws JobNotFoundError, NotFoundException if there are no detections */
  async find(id: string, artifact: Artifact): Promise<DetectionFile> {
    const { job, file } = await this.lookUp(id, artifact);
    if (file) return file;
    throw new NotFoundException(`Job ${id} has no detections${statusOf(job)}.`);
  }

  /** @throws JobNotFoundError, NotFoundException if there are no tracks */
  async findTracks(id: string): Promise<DetectionFile> {
    const { job, file } = await this.lookUp(id, 'tracks.json');
    if (file) return file;
    if (job.options?.tracking === 'on')
      throw new NotFoundException(`Job ${id} has no tracks${statusOf(job)}.`);
    throw new NotFoundException(
      `Job ${id} has no tracks, because its objects were not tracked. Run it again with tracking on: POST /api/jobs/${id}/rerun with {"tracking": "on"}.`,
    );
  }

  /** Where an artifact is, or would be. */
  path(id: string, artifact: Artifact): string {
    return this.workspace.path(id, artifact);
  }

  private async lookUp(
    id: string,
    artifact: Artifact,
  ): Promise<{ job: Job; file: DetectionFile | undefined }> {
    const job = await this.jobs.get(id);
    const { FILENAME: filename, video } = job;
    const path = this.workspace.path(id, artifact);
    const stats = await stat(path).catch(() => undefined);
    if (!stats || !video) return { job, file: undefined };
    const version = [stats.size, stats.mtimeMs].map((value) => Math.round(value).toString(36)).join('-');
    return {
      job,
      file: {
        path,
        version,
        date: stats.mtime,
        video: { id, filename, ...video },
        name: parse(filename).name,
      },
    };
  }
}

function statusOf({ STATUS }: Job): string {
  return `${isFinal(STATUS) ? '' : ' yet'} (status ${STATUS})`;
}
