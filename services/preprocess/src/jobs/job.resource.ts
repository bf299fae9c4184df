import type { JobResource } from '#contract';
import {
  TIME_FIELDS,
  isFinal,
  layoutOf,
  runningStage,
  type Job,
  type JobCallback,
  type JobDetections,
  type JobOptions,
  type JobVideo,
  type Status,
} from '#jobs';
import { link } from '../base-path';

/** A job as the JSON API shows it. */
export function toResource(job: Job): JobResource {
  const id = job._id.toHexString();
  const self = link(`/api/jobs/${id}`);
  return {
    id,
    filename: job.FILENAME,
    status: job.STATUS,
    attempts: job.attempts ?? 0,
    times: Object.fromEntries(
      TIME_FIELDS.map((field) => [field, job[field]?.toISOString() ?? null]),
    ) as JobResource['times'],
    durations: {
      preprocess: seconds(job.PREPROCESSING_START, job.PREPROCESSING_END),
      infer: seconds(job.INFERENCING_START, job.INFERENCING_END),
      postprocess: seconds(job.POSTPROCESSING_START, job.POSTPROCESSING_END),
      total: seconds(job.PROCESS_START, job.PROCESS_END),
    },
    progress: runningStage(job.STATUS) ? (job.progress ?? null) : null,
    video: job.video ? toVideo(job.video) : null,
    options: job.options ? toOptions(job.options) : null,
    artifacts: job.frameFiles === undefined ? null : job.frameFiles ? 'full' : 'lean',
    precision: job.precision ?? null,
    detections: job.detections ? toCounts(job.detections) : null,
    error: job.error ? { code: job.error.code, message: job.error.message, stage: job.error.stage } : null,
    warnings: [...(job.warnings ?? [])],
    origin: job.origin ?? null,
    callback: job.callback ? toCallback(job.callback, job.STATUS) : null,
    links: {
      self,
      events: `${self}/events`,
      source: `${self}/source`,
      video: `${self}/video`,
      preview: `${self}/preview.mp4`,
      mp4: `${self}/mp4`,
      clean: job.video?.playback === 'copy' ? `${self}/clean.mp4` : null,
      thumbnail: `${self}/thumbnail.jpg`,
      frames: `${self}/frames/{n}.jpg`,
      summary: `${self}/summary`,
      detections: `${self}/detections`,
      boxes: `${self}/boxes`,
      tracks: job.options?.tracking === 'on' ? `${self}/tracks` : null,
      layout: `${self}/layout`,
      layoutEvents: layoutOf(job) ? `${self}/events.json` : null,
      txts: `${self}/txts.zip`,
      report: `${self}/report.zip`,
    },
  };
}

/** Lines and zones are at `links.layout`: they may be long. */
function toOptions(options: JobOptions): JobResource['options'] {
  const {
    model,
    score,
    classes,
    frameStep,
    tracking = 'off',
    trackBuffer = null,
    minLength = null,
  } = options;
  return { model, score, classes: [...classes], frameStep, tracking, trackBuffer, minLength };
}

function toCallback(callback: JobCallback, status: Status): JobResource['callback'] {
  const { url, attempts, availableAt, deliveredAt, lastError = null } = callback;
  const outstanding = isFinal(status) ? 'pending' : 'waiting';
  const state = availableAt ? outstanding : deliveredAt ? 'delivered' : 'failed';
  return { url, state, attempts, lastError };
}

function toCounts({ total, classes }: JobDetections): JobResource['detections'] {
  return { total, classes: classes.map(({ label, count, objects = null }) => ({ label, count, objects })) };
}

function toVideo(video: JobVideo): JobResource['video'] {
  const { width, height, frameRate, duration, frames, variableFrameRate, codec, audio } = video;
  return {
    ...{ width, height, duration, frames, variableFrameRate, codec, audio },
    frameRate: frameRate.num / frameRate.den,
    sourceFrames: video.sourceFrames ?? null,
    playback: video.playback ?? null,
    repeatedFrames: video.sourceFrames === undefined ? null : frames - video.sourceFrames,
  };
}

function seconds(start: Date | undefined, end: Date | undefined): number | null {
  return start && end ? (end.getTime() - start.getTime()) / 1000 : null;
}
