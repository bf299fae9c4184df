import { access, readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import type { Response } from 'express';
import type { Summary } from '#annotation';
import type { SummaryResource } from '#contract';
import { COMPLETE_STATUS, JobRepository, type Job } from '#jobs';
import { PREVIEW_VIDEO, SUMMARY, Workspace, peakName, tarName, targetName, type Artifact } from '#workspace';
import { withColours } from './summary.resource';

/** A browser may keep it, but has to ask whether it is still the same: a job that is started again changes its files. */
const CACHING = 'private, no-cache';

/** What the answer says of a file, and an error does not. */
const FILE_HEADERS = ['Content-Type', 'Content-Disposition', 'ETag', 'Last-Modified', 'Accept-Ranges'];

/** Something that a job leaves on the volume. */
interface JobFile {
  readonly artifact: Artifact;
  /** Its name inside the artifact, where that is a folder. */
  readonly name?: string;
  /** As people call it, such as "annotated video". */
  readonly what: string;
  /** Why a job that should have one may have none. */
  readonly otherwise: string;
  /** Sent as an attachment of that name; else to be shown. */
  readonly saveAs?: string;
}

const OLDER = 'was not made: the job is older than this kind of file';

/** Sends the files of jobs, with ranges and ETag. Each method throws NotFoundException, or JobNotFoundError. */
@Injectable()
export class JobFiles {
  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
  ) {}

  /** The AVI, to be saved as `target_<id>.avi` or, with `named`, under the name of the upload. */
  async video(id: string, response: Response, { named = false } = {}): Promise<void> {
    const { FILENAME } = await this.complete(id, 'annotated video');
    const saveAs = named ? `${parse(FILENAME).name}.avi` : targetName(id);
    await this.send(id, response, {
      ...{ artifact: 'target', name: targetName(id), saveAs },
      ...{ what: 'annotated video', otherwise: 'is not on the volume' },
    });
  }

  /** The MP4 for browsers. */
  async preview(id: string, response: Response): Promise<void> {
    await this.complete(id, 'MP4');
    const otherwise = `${OLDER}, or PREVIEW_HEIGHT was 0`;
    await this.send(id, response, { artifact: 'preview', name: PREVIEW_VIDEO, what: 'MP4', otherwise });
  }

  /** Whether there is one. */
  hasPreview(id: string): Promise<boolean> {
    return access(this.workspace.path(id, 'preview', PREVIEW_VIDEO)).then(
      () => true,
      () => false,
    );
  }

  async summary(id: string, response: Response): Promise<void> {
    await this.complete(id, 'summary');
    const summary = await this.readSummary(id);
    if (!summary) throw new NotFoundException(`The summary of job ${id} ${OLDER}.`);
    response.setHeader('Cache-Control', CACHING);
    response.json(summary);
  }

  /** The same, for pages; undefined where the job has none. */
  async readSummary(id: string): Promise<SummaryResource | undefined> {
    const path = this.workspace.path(id, 'preview', SUMMARY);
    try {
      return withColours(JSON.parse(await readFile(path, 'utf8')) as Summary); // our own, published whole
    } catch {
      return undefined;
    }
  }

  /** @param n counts the summary's peaks from 0 */
  async peak(id: string, n: number, response: Response): Promise<void> {
    const name = peakName(n);
    const what = `picture of peak ${n}`;
    await this.complete(id, what);
    await this.send(id, response, { artifact: 'preview', name, what, otherwise: 'does not exist' });
  }

  /** A boxed frame. @param n counts frames from 0 */
  async frame(id: string, n: number, response: Response): Promise<void> {
    const name = tarName(n);
    const what = `boxed frame ${n}`;
    await this.complete(id, what);
    await this.send(id, response, { artifact: 'tar_frame', name, what, otherwise: 'does not exist' });
  }

  /** It is there as soon as the frames are. */
  async thumbnail(id: string, response: Response): Promise<void> {
    const { STATUS } = await this.jobs.get(id);
    const otherwise = STATUS === COMPLETE_STATUS ? OLDER : `is not there: the job is ${STATUS}`;
    await this.send(id, response, { artifact: 'thumbnail.jpg', what: 'thumbnail', otherwise });
  }

  /** @throws NotFoundException while it is not */
  private async complete(id: string, what: string): Promise<Job> {
    const job = await this.jobs.get(id);
    if (job.STATUS === COMPLETE_STATUS) return job;
    throw new NotFoundException(`Job ${id} has no ${what} yet: it is ${job.STATUS}.`);
  }

  private async send(
    id: string,
    response: Response,
    { artifact, name, what, otherwise, saveAs }: JobFile,
  ): Promise<void> {
    const path = this.workspace.path(id, artifact, ...(name === undefined ? [] : [name]));
    // dotfiles: in the folders above; the name itself is ours
    const options = { dotfiles: 'allow', cacheControl: false } as const;
    response.setHeader('Cache-Control', CACHING);
    await new Promise<void>((resolve, reject) => {
      const ended = (error?: Error) => {
        // a client that goes away in the middle is no error of ours
        if (!error || response.headersSent) {
          resolve();
          return;
        }
        for (const header of FILE_HEADERS) response.removeHeader(header);
        const outOfRange = 'status' in error && error.status === 416;
        reject(
          outOfRange
            ? new HttpException(`The ${what} of job ${id} has no such part.`, 416)
            : new NotFoundException(`The ${what} of job ${id} ${otherwise}.`),
        );
      };
      if (saveAs === undefined) response.sendFile(path, options, ended);
      else response.download(path, saveAs, options, ended);
    });
  }
}
