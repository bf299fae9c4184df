import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import {
  STATUSES,
  TIME_FIELDS,
  isFinal,
  runningStage,
  type Job,
  type JobCallback,
  type JobVideo,
  type Status,
  type TimeField,
} from '#jobs';
import { link } from '../base-path';

@ApiSchema({ name: 'Progress', description: 'Frames of the running stage.' })
class ProgressResource {
  @ApiProperty() done!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'null until the stage knows it' }) total!:
    number | null;
}

@ApiSchema({ name: 'Video' })
class VideoResource {
  @ApiProperty({ description: 'pixels, as displayed' }) width!: number;
  @ApiProperty({ description: 'pixels, as displayed' }) height!: number;
  @ApiProperty({ description: 'frames per second' }) frameRate!: number;
  @ApiProperty({ description: 'seconds' }) duration!: number;
  @ApiProperty({ description: 'output frames; expected, until they are made' }) frames!: number;
  @ApiProperty({ description: 'some output frames repeat the one before, to keep time' })
  variableFrameRate!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'frames the source decodes to; null until then' })
  sourceFrames!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'output frames that repeat the one before; null until the video is decoded',
  })
  repeatedFrames!: number | null;
  @ApiProperty() codec!: string;
  @ApiProperty() audio!: boolean;
}

@ApiSchema({ name: 'Options', description: 'What the detector looks for, and how.' })
class OptionsResource {
  @ApiProperty() model!: string;
  @ApiProperty({ description: 'detections score more than this, 0..1' }) score!: number;
  @ApiProperty({ type: [String], description: 'labels that are looked for; empty: all' })
  classes!: readonly string[];
  @ApiProperty({ description: 'every k-th frame is looked at; those between carry its boxes' })
  frameStep!: number;
}

@ApiSchema({ name: 'Failure' })
class FailureResource {
  @ApiProperty({ description: 'stable, for programs' }) code!: string;
  @ApiProperty({ description: 'for people' }) message!: string;
  @ApiProperty() stage!: string;
}

@ApiSchema({ name: 'Durations', description: 'Seconds; null while not known.' })
class DurationsResource {
  @ApiProperty({ type: Number, nullable: true }) preprocess!: number | null;
  @ApiProperty({ type: Number, nullable: true }) infer!: number | null;
  @ApiProperty({ type: Number, nullable: true }) postprocess!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'from arrival to completion' }) total!:
    number | null;
}

@ApiSchema({ name: 'Warning', description: 'Something about the video that did not stop the job.' })
class WarningResource {
  @ApiProperty({ description: 'stable, for programs', example: 'START_UNDECODABLE' }) code!: string;
  @ApiProperty({ description: 'for people', example: 'The first 2.0 s could not be decoded.' })
  message!: string;
}

const CALLBACK_STATES = ['waiting', 'pending', 'delivered', 'failed'] as const;

@ApiSchema({ name: 'Callback', description: 'Who is told of the end of the job, and how far that has come.' })
class CallbackResource {
  @ApiProperty({ example: 'https://hooks.example/boxreel' }) url!: string;
  @ApiProperty({
    enum: CALLBACK_STATES,
    description: 'waiting: for the end of the job; pending: for an attempt; failed: given up',
  })
  state!: (typeof CALLBACK_STATES)[number];
  @ApiProperty({ description: 'to tell this end of the job, so far' }) attempts!: number;
  @ApiProperty({ type: String, nullable: true, description: 'why the last attempt failed' })
  lastError!: string | null;
}

const isoTime = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'Times', description: 'ISO 8601, by the clock of the database; null while not known.' })
class TimesResource implements Record<TimeField, string | null> {
  @ApiProperty(isoTime) PROCESS_START!: string | null;
  @ApiProperty(isoTime) PREPROCESSING_START!: string | null;
  @ApiProperty(isoTime) PREPROCESSING_END!: string | null;
  @ApiProperty(isoTime) INFERENCING_START!: string | null;
  @ApiProperty(isoTime) INFERENCING_END!: string | null;
  @ApiProperty(isoTime) POSTPROCESSING_START!: string | null;
  @ApiProperty(isoTime) POSTPROCESSING_END!: string | null;
  @ApiProperty(isoTime) PROCESS_END!: string | null;
}

/** A job as the JSON API shows it. */
@ApiSchema({ name: 'Job' })
export class JobResource {
  @ApiProperty({ example: '64b000000000000000000001' }) id!: string;
  @ApiProperty() filename!: string;
  @ApiProperty({ enum: STATUSES }) status!: Status;
  @ApiProperty({ description: 'claims of the current stage so far' }) attempts!: number;
  @ApiProperty() times!: TimesResource;
  @ApiProperty() durations!: DurationsResource;
  @ApiProperty({ type: ProgressResource, nullable: true, description: 'while a stage runs' })
  progress!: ProgressResource | null;
  @ApiProperty({ type: VideoResource, nullable: true, description: 'null in records that others made' })
  video!: VideoResource | null;
  @ApiProperty({ type: OptionsResource, nullable: true, description: 'null in records that others made' })
  options!: OptionsResource | null;
  @ApiProperty({
    type: FailureResource,
    nullable: true,
    description: 'why the job, or its last attempt, failed',
  })
  error!: FailureResource | null;
  @ApiProperty({ type: [WarningResource], description: 'about the video; known once it is decoded' })
  warnings!: readonly WarningResource[];
  @ApiProperty({ type: CallbackResource, nullable: true, description: 'null where nobody asked for one' })
  callback!: CallbackResource | null;
  @ApiProperty({ type: Object, example: { self: '/api/jobs/64b000000000000000000001' } })
  links!: Record<'self' | 'video' | 'preview' | 'thumbnail' | 'summary' | 'detections', string>;
}

@ApiSchema({ name: 'JobList' })
export class JobListResource {
  @ApiProperty({ type: [JobResource] }) jobs!: JobResource[];
  @ApiPropertyOptional({ type: String, nullable: true, description: 'pass as `cursor` to get the next page' })
  nextCursor!: string | null;
}

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
    ) as unknown as TimesResource,
    durations: {
      preprocess: seconds(job.PREPROCESSING_START, job.PREPROCESSING_END),
      infer: seconds(job.INFERENCING_START, job.INFERENCING_END),
      postprocess: seconds(job.POSTPROCESSING_START, job.POSTPROCESSING_END),
      total: seconds(job.PROCESS_START, job.PROCESS_END),
    },
    progress: runningStage(job.STATUS) ? (job.progress ?? null) : null,
    video: job.video ? toVideo(job.video) : null,
    options: job.options ?? null,
    error: job.error ? { code: job.error.code, message: job.error.message, stage: job.error.stage } : null,
    warnings: job.warnings ?? [],
    callback: job.callback ? toCallback(job.callback, job.STATUS) : null,
    links: {
      self,
      video: `${self}/video`,
      preview: `${self}/preview.mp4`,
      thumbnail: `${self}/thumbnail.jpg`,
      summary: `${self}/summary`,
      detections: `${self}/detections`,
    },
  };
}

function toCallback(callback: JobCallback, status: Status): CallbackResource {
  const { url, attempts, availableAt, deliveredAt, lastError = null } = callback;
  const undone = isFinal(status) ? 'pending' : 'waiting';
  return { url, state: availableAt ? undone : deliveredAt ? 'delivered' : 'failed', attempts, lastError };
}

function toVideo(video: JobVideo): VideoResource {
  const { width, height, frameRate, duration, frames, variableFrameRate, codec, audio } = video;
  return {
    ...{ width, height, duration, frames, variableFrameRate, codec, audio },
    frameRate: frameRate.num / frameRate.den,
    sourceFrames: video.sourceFrames ?? null,
    repeatedFrames: video.sourceFrames === undefined ? null : frames - video.sourceFrames,
  };
}

function seconds(start: Date | undefined, end: Date | undefined): number | null {
  return start && end ? (end.getTime() - start.getTime()) / 1000 : null;
}
