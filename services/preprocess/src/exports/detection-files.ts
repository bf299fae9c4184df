import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { Injectable, NotFoundException } from '@nestjs/common';
import type { Video } from '#exports';
import { isFinal, JobRepository, type JobVideo } from '#jobs';
import { Workspace, type Artifact } from '#workspace';

/** Detections of a job on the volume. */
export interface DetectionFile {
  readonly path: string;
  /** Changes with the files. */
  readonly version: string;
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
    const { FILENAME: filename, STATUS, video } = await this.jobs.get(id);
    const path = this.workspace.path(id, artifact);
    const stats = await stat(path).catch(() => undefined);
    if (!stats || !video) {
      const yet = isFinal(STATUS) ? '' : ' yet';
      throw new NotFoundException(`Job ${id} has no detections${yet} (status ${STATUS}).`);
    }
    const version = [stats.size, stats.mtimeMs].map((value) => Math.round(value).toString(36)).join('-');
    return { path, version, video: { id, filename, ...video }, name: parse(filename).name };
  }
}
