import { Controller, Get, Inject, Logger, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import type { PreprocessConfig } from '#config';
import { FORMATS, type Format } from '#exports';
import { JobRepository, isFinal, type Job, type JobOptions, type Rendering } from '#jobs';
import { CONFIG } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { toResource } from '../jobs/job.resource';
import { link } from '../base-path';
import { EventStreams } from '../events/event-streams';
import { EventsHub } from '../events/events-hub';
import { toCounts } from '../layouts/counts.view';
import { JobLayouts } from '../layouts/job-layouts.service';
import { JobFiles } from '../media/job-files.service';
import { Mp4Service } from '../mp4/mp4.service';
import { formatSeconds, formatTimecode } from './durations';
import { describeFrameStep, describeTracking, toView } from './job.view';
import { renderPart } from './parts';
import { toMp4Form, toPlayer } from './player.view';

/** Seconds between refreshes without JavaScript while the job runs. */
const REFRESH = 2;

/** The page of a job. With JavaScript, `/jobs/:id/events` keeps it up to date. */
@ApiExcludeController()
@Controller('jobs')
@Access('user')
export class JobPageController {
  private readonly logger = new Logger('pages');

  constructor(
    private readonly jobs: JobRepository,
    private readonly files: JobFiles,
    private readonly hub: EventsHub,
    private readonly streams: EventStreams,
    private readonly mp4s: Mp4Service,
    private readonly layouts: JobLayouts,
    @Inject(CONFIG) private readonly config: PreprocessConfig,
  ) {}

  @Get(':id')
  @Render('job')
  async page(@JobId() id: string): Promise<object> {
    const job = await this.jobs.get(id);
    const view = toView(job);
    const { callback, origin, video, warnings } = toResource(job);
    const made = view.complete ? await this.mp4s.list(view.id) : [];
    const mp4 = view.complete ? toMp4Form(job, made) : undefined;
    const refreshes = view.busy || mp4?.mp4s.some(({ busy }) => busy);
    return {
      title: view.filename,
      job: view,
      found: view.complete ? await this.found(view.id) : undefined,
      ...(view.complete && (await this.players(job, made))),
      ...(view.complete && (await this.counts(view.id))),
      mp4,
      formats: Object.entries<Format>(FORMATS)
        .filter(([, { needsTracks }]) => !needsTracks || job.options?.tracking === 'on')
        .map(([name, { description }]) => ({ name, description })),
      choices: job.options && toChoices(job.options),
      ...{
        video,
        frameRate: video && Number(video.frameRate.toFixed(3)),
        duration: video && formatSeconds(video.duration * 1000),
      },
      ...{ callback, origin, warnings },
      precision: job.precision,
      record: JSON.stringify(withoutSecrets(job), null, 2),
      events: view.busy ? link(`/jobs/${view.id}/events`) : undefined,
      refresh: refreshes ? REFRESH : undefined,
      styles: ['vendor/uplot.css', 'player.css', 'layout.css'],
      libraries: ['vendor/uplot.js'],
      scripts: ['job.js'],
    };
  }

  private async players(job: Job, made: readonly Rendering[]): Promise<object> {
    const videos = await this.files.videos(job._id.toHexString());
    const player = toPlayer(job, videos, made, this.config.SCORE_FLOOR);
    return { ...{ player, preview: videos.preview }, playable: player.layer ?? player.plain };
  }

  private async counts(id: string): Promise<object> {
    const events = await this.layouts.findEvents(id);
    return { tracked: await this.layouts.hasTracks(id), counts: events && toCounts(events) };
  }

  /** Server-sent events: `now` with the HTML of the changing part while the job runs, `ended` when it ends. */
  @Get(':id/events')
  async events(@JobId() id: string, @Req() { app }: Request, @Res() response: Response): Promise<void> {
    const { _id } = await this.jobs.get(id);
    const stream = this.streams.begin(response);
    const sendJob = async (job: Job | undefined) => {
      if (job && !isFinal(job.STATUS)) {
        stream.send('now', { html: await renderPart(app, 'now', { job: toView(job) }) });
        return;
      }
      stream.send('ended', {});
      stream.close();
    };
    const key = _id.toHexString();
    stream.onClose(
      this.hub.watch([key], (changes) => {
        sendJob(changes.get(key)).catch((error: unknown) => {
          this.logger.error(`Could not send an event of job ${key}`, error);
          stream.stop();
        });
      }),
    );
  }

  /** The summary of the finished video; undefined if there is none. */
  private async found(id: string): Promise<object | undefined> {
    const summary = await this.files.readSummary(id);
    if (!summary) return undefined;
    const { classes, peaks, total, frames, frameRate } = summary;
    return {
      ...{ classes, total, frames, extent: frames === 1 ? '1 frame' : `${frames} frames` },
      poster: peaks.toSorted((a, b) => b.count - a.count)[0]?.frame ?? 0,
      peaks: peaks.map(({ frame, time, count }, n) => ({
        ...{ n, frame, count },
        time: time + 0.5 / frameRate, // the middle of the frame: players round to either side of its edge
        timecode: formatTimecode(time),
        single: count === 1,
      })),
    };
  }
}

/** The stored record without the tokens that allow writing to it. */
function withoutSecrets({ lease, submission, callback, ...job }: Job): object {
  return {
    ...job,
    ...(lease && { lease: { owner: lease.owner } }),
    ...(submission && { submission: { key: submission.key } }),
    ...(callback && { callback: { ...callback, token: undefined } }),
  };
}

/** The options of a job for people. */
function toChoices({ model, score, classes, frameStep, ...tracking }: JobOptions): object {
  return {
    ...{ model, score, classes: classes.join(', ') || 'all' },
    frameStep: describeFrameStep(frameStep),
    tracking: describeTracking(tracking),
  };
}
