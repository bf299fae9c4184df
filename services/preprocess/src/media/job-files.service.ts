import { access, readFile } from 'node:fs/promises';
import { basename, parse } from 'node:path';
import { Injectable, NotFoundException, PreconditionFailedException } from '@nestjs/common';
import type { Response } from 'express';
import pLimit from 'p-limit';
import type { Summary } from '#annotation/files';
import { cpuLimit } from '#config';
import type { SummaryResource } from '#contract';
import { COMPLETE_STATUS, JobRepository, isFinal, type Job, type RenderingState } from '#jobs';
import { readAviFrame } from '#media';
import {
  CLEAN_VIDEO,
  PREVIEW_VIDEO,
  SUMMARY,
  SourceMissingError,
  Workspace,
  frameName,
  peakName,
  renderingName,
  tarName,
  targetName,
  trackName,
  type Artifact,
} from '#workspace';
import { CleanFrames } from './clean-frames';
import { RangeNotSatisfiableError } from './errors';
import { mediaTypeOf } from './media-type';
import { withColours } from './summary.resource';

/** Browsers may cache files but must revalidate them: retrying a job changes its files. */
const CACHING = 'private, no-cache';

/** Response headers of a file, which an error response must not have. */
const FILE_HEADERS = ['Content-Type', 'Content-Disposition', 'ETag', 'Last-Modified', 'Accept-Ranges'];

/** A file of a job on the volume. */
interface JobFile {
  readonly artifact: Artifact;
  /** Name inside the artifact, if that is a folder. */
  readonly name?: string;
  /** For messages, such as "annotated video". */
  readonly label: string;
  /** Predicate of the error message if the file is missing. */
  readonly missing: string;
  /** Sends the file as an attachment with this name; default: inline. */
  readonly saveAs?: string;
  /** Default: by the extension. */
  readonly type?: string;
}

const NOT_CREATED = 'does not exist: the job was processed by an earlier version';

/** Sends the files of jobs, with ranges and ETag. Each method throws NotFoundException, or JobNotFoundError. */
@Injectable()
export class JobFiles {
  /** Frames read from AVIs at the same time: each runs ffmpeg. */
  private readonly reading = pLimit(cpuLimit());

  constructor(
    private readonly jobs: JobRepository,
    private readonly workspace: Workspace,
    private readonly cleanFrames: CleanFrames,
  ) {}

  /** The AVI, to be saved as `target_<id>.avi` or, with `named`, under the name of the upload. */
  async video(id: string, response: Response, { named = false } = {}): Promise<void> {
    const { FILENAME } = await this.complete(id, 'annotated video');
    const saveAs = named ? `${parse(FILENAME).name}.avi` : targetName(id);
    await this.send(id, response, {
      ...{ artifact: 'target', name: targetName(id), saveAs },
      ...{ label: 'annotated video', missing: 'is not on the volume' },
    });
  }

  /** The uploaded file, available from the start. @param named to be saved under the name of the upload */
  async source(id: string, response: Response, { named = false } = {}): Promise<void> {
    const { FILENAME } = await this.jobs.get(id);
    const file = { artifact: 'src', label: 'source', missing: 'is not on the volume' } as const;
    const path = await this.workspace.source(id).catch((error: unknown) => {
      if (!(error instanceof SourceMissingError)) throw error;
      throw new NotFoundException(`The ${file.label} of job ${id} ${file.missing}.`);
    });
    const type = await mediaTypeOf(path);
    await this.send(id, response, {
      ...{ ...file, name: basename(path), type },
      ...(named && { saveAs: FILENAME || basename(path) }),
    });
  }

  /** The video without boxes for browsers that cannot play the source. */
  async clean(id: string, response: Response): Promise<void> {
    await this.complete(id, 'MP4 without boxes');
    const missing = `does not exist: it is made only for videos that browsers cannot play. Use /api/jobs/${id}/source`;
    await this.send(id, response, {
      artifact: 'preview',
      name: CLEAN_VIDEO,
      label: 'MP4 without boxes',
      missing,
    });
  }

  /** The MP4 that the last stage made. */
  async preview(id: string, response: Response): Promise<void> {
    await this.complete(id, 'MP4');
    const missing = `does not exist: request it with POST /api/jobs/${id}/mp4, or set PREVIEW=eager for new jobs`;
    await this.send(id, response, { artifact: 'preview', name: PREVIEW_VIDEO, label: 'MP4', missing });
  }

  /** An MP4 that was requested. */
  async mp4(id: string, key: string, state: RenderingState, response: Response): Promise<void> {
    const missing = state === 'done' ? 'is not on the volume' : `does not exist yet (state ${state})`;
    await this.send(id, response, { artifact: 'mp4', name: renderingName(key), label: 'MP4', missing });
  }

  /** Whether the MP4 with boxes, and the one without, exist. */
  async videos(id: string): Promise<{ readonly preview: boolean; readonly clean: boolean }> {
    const [preview, clean] = await Promise.all(
      [PREVIEW_VIDEO, CLEAN_VIDEO].map((name) => exists(this.workspace.path(id, 'preview', name))),
    );
    return { preview: preview === true, clean: clean === true };
  }

  async summary(id: string, response: Response): Promise<void> {
    await this.complete(id, 'summary');
    const summary = await this.readSummary(id);
    if (!summary) throw new NotFoundException(`The summary of job ${id} ${NOT_CREATED}.`);
    response.setHeader('Cache-Control', CACHING);
    response.json(summary);
  }

  /** @returns undefined if the job has no summary */
  async readSummary(id: string): Promise<SummaryResource | undefined> {
    const path = this.workspace.path(id, 'preview', SUMMARY);
    try {
      return withColours(JSON.parse(await readFile(path, 'utf8')) as Summary); // written by this system, and published atomically
    } catch {
      return undefined;
    }
  }

  /** @param n counts the summary's peaks from 0 */
  async peak(id: string, n: number, response: Response): Promise<void> {
    const name = peakName(n);
    const label = `image of peak ${n}`;
    await this.complete(id, label);
    await this.send(id, response, { artifact: 'preview', name, label, missing: 'does not exist' });
  }

  /** @param n id of the track, from 1 */
  async track(id: string, n: number, response: Response): Promise<void> {
    const label = `image of track ${n}`;
    await this.complete(id, label);
    await this.send(id, response, {
      artifact: 'preview',
      name: trackName(n),
      label,
      missing: 'does not exist',
    });
  }

  /** An annotated frame. @param n counts frames from 0 */
  async frame(id: string, n: number, response: Response): Promise<void> {
    const name = tarName(n);
    const label = `annotated frame ${n}`;
    const job = await this.complete(id, label);
    if (job.frameFiles === false) {
      await this.sendAviFrame(job, n, label, response);
      return;
    }
    await this.send(id, response, { artifact: 'tar_frame', name, label, missing: 'does not exist' });
  }

  /** A frame without boxes. @param n counts frames from 0 */
  async cleanFrame(id: string, n: number, response: Response): Promise<void> {
    const label = `frame ${n}`;
    const job = await this.complete(id, label);
    if (job.frameFiles !== false) {
      const name = frameName(n);
      await this.send(id, response, { artifact: 'src_frame', name, label, missing: 'does not exist' });
      return;
    }
    const leaving = new AbortController();
    response.once('close', () => {
      leaving.abort();
    });
    try {
      const jpeg = await this.cleanFrames.read(job, n, leaving.signal);
      response.setHeader('Cache-Control', CACHING);
      response.type('image/jpeg').send(jpeg);
    } catch (error) {
      if (!leaving.signal.aborted) throw error; // no one waits for the frame
    }
  }

  /** An annotated frame of a job without frame files, from its AVI. */
  private async sendAviFrame(job: Job, n: number, label: string, response: Response): Promise<void> {
    const id = job._id.toHexString();
    const { frames = 0, frameRate } = job.video ?? {};
    const avi = this.workspace.target(id);
    if (n >= frames || !frameRate || !(await exists(avi))) {
      throw new NotFoundException(`The ${label} of job ${id} does not exist.`);
    }
    const jpeg = await this.reading(() => readAviFrame({ avi, frame: n, frameRate }));
    response.setHeader('Cache-Control', CACHING);
    response.type('image/jpeg').send(jpeg);
  }

  /** Available as soon as the frames are. */
  async thumbnail(id: string, response: Response): Promise<void> {
    const { STATUS } = await this.jobs.get(id);
    const missing = STATUS === COMPLETE_STATUS ? NOT_CREATED : `does not exist (status ${STATUS})`;
    await this.send(id, response, { artifact: 'thumbnail.jpg', label: 'thumbnail', missing });
  }

  /** @throws NotFoundException unless the job is complete */
  private async complete(id: string, label: string): Promise<Job> {
    const job = await this.jobs.get(id);
    if (job.STATUS === COMPLETE_STATUS) return job;
    const yet = isFinal(job.STATUS) ? '' : ' yet';
    throw new NotFoundException(`Job ${id} has no ${label}${yet} (status ${job.STATUS}).`);
  }

  private async send(
    id: string,
    response: Response,
    { artifact, name, label, missing, saveAs, type }: JobFile,
  ): Promise<void> {
    const path = this.workspace.path(id, artifact, ...(name === undefined ? [] : [name]));
    // The path to the volume may contain dotfiles; the file name itself is not from the client.
    const options = { dotfiles: 'allow', cacheControl: false } as const;
    response.setHeader('Cache-Control', CACHING);
    if (type !== undefined) response.setHeader('Content-Type', type);
    await new Promise<void>((resolve, reject) => {
      const ended = (error?: Error) => {
        // Ignore clients that disconnect during the transfer.
        if (!error || response.headersSent) {
          resolve();
          return;
        }
        for (const header of FILE_HEADERS) response.removeHeader(header);
        const file = `The ${label} of job ${id}`;
        reject(refused(error, file) ?? new NotFoundException(`${file} ${missing}.`));
      };
      if (saveAs === undefined) response.sendFile(path, options, ended);
      else response.download(path, saveAs, options, ended);
    });
  }
}

/** Why the file cannot be sent as requested; undefined if it cannot be read. */
function refused(error: Error, file: string): Error | undefined {
  switch ('status' in error ? error.status : undefined) {
    case 412:
      return new PreconditionFailedException(
        `${file} is not the version that If-Match or If-Unmodified-Since asks for. Request it without them.`,
      );
    case 416:
      return new RangeNotSatisfiableError(`${file} has no such byte range.`);
    default:
      return undefined;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
