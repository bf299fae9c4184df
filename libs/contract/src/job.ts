import { z } from 'zod';
import { STATUSES, TIME_FIELDS, type TimeField } from './lifecycle';

const progress = z
  .object({
    done: z.number(),
    total: z.number().nullable().describe('null until the stage knows it'),
  })
  .meta({ id: 'Progress', description: 'Frames of the running stage.' });

const video = z
  .object({
    width: z.number().describe('pixels, as displayed'),
    height: z.number().describe('pixels, as displayed'),
    frameRate: z.number().describe('frames per second'),
    duration: z.number().describe('seconds'),
    frames: z.number().describe('output frames; expected, until they are made'),
    variableFrameRate: z.boolean().describe('some output frames repeat the one before, to keep time'),
    sourceFrames: z.number().nullable().describe('frames the source decodes to; null until then'),
    repeatedFrames: z
      .number()
      .nullable()
      .describe('output frames that repeat the one before; null until the video is decoded'),
    codec: z.string(),
    audio: z.boolean(),
  })
  .meta({ id: 'Video' });

const options = z
  .object({
    model: z.string(),
    score: z.number().describe('detections score more than this, 0..1'),
    classes: z.array(z.string()).describe('labels to detect; empty: all'),
    frameStep: z.number().describe('detection runs on every k-th frame; skipped frames reuse the last boxes'),
  })
  .meta({ id: 'Options', description: 'What the detector looks for, and how.' });

const failure = z
  .object({
    code: z.string().describe('stable, for programs'),
    message: z.string().describe('for people'),
    stage: z.string(),
  })
  .meta({ id: 'Failure' });

const seconds = z.number().nullable();

const durations = z
  .object({
    preprocess: seconds,
    infer: seconds,
    postprocess: seconds,
    total: seconds.describe('from arrival to completion'),
  })
  .meta({ id: 'Durations', description: 'Seconds; null while not known.' });

const warning = z
  .object({
    code: z.string().meta({ description: 'stable, for programs', example: 'START_UNDECODABLE' }),
    message: z.string().meta({ description: 'for people', example: 'The first 2.0 s could not be decoded.' }),
  })
  .meta({ id: 'Warning', description: 'Something about the video that did not stop the job.' });

const callback = z
  .object({
    url: z.string().meta({ example: 'https://hooks.example/boxreel' }),
    state: z
      .enum(['waiting', 'pending', 'delivered', 'failed'])
      .describe('waiting: for the end of the job; pending: for an attempt; failed: given up'),
    attempts: z.number().describe('to report this end of the job, so far'),
    lastError: z.string().nullable().describe('why the last attempt failed'),
  })
  .meta({ id: 'Callback', description: 'Who is told when the job ends, and how far the delivery is.' });

const time = z.iso.datetime().nullable();

const times = z
  .object(Object.fromEntries(TIME_FIELDS.map((field) => [field, time])) as Record<TimeField, typeof time>)
  .meta({ id: 'Times', description: 'ISO 8601, by the clock of the database; null while not known.' });

const links = z
  .object({
    self: z.string().meta({ example: '/api/jobs/64b000000000000000000001' }),
    video: z.string(),
    preview: z.string(),
    thumbnail: z.string(),
    summary: z.string(),
    detections: z.string(),
  })
  .meta({ id: 'Links' });

/** A job as the JSON API shows it. */
export const jobSchema = z
  .object({
    id: z.string().meta({ example: '64b000000000000000000001' }),
    filename: z.string(),
    status: z.enum(STATUSES),
    attempts: z.number().describe('claims of the current stage so far'),
    times,
    durations,
    progress: progress.nullable().describe('while a stage runs'),
    video: video.nullable().describe('null in records of other systems'),
    options: options.nullable().describe('null in records of other systems'),
    error: failure.nullable().describe('why the job, or its last attempt, failed'),
    warnings: z.array(warning).describe('about the video; known once it is decoded'),
    callback: callback.nullable().describe('null unless the submission asked for one'),
    links,
  })
  .meta({ id: 'Job' });

export const jobListSchema = z
  .object({
    jobs: z.array(jobSchema),
    nextCursor: z.string().nullable().describe('pass as `cursor` to get the next page'),
  })
  .meta({ id: 'JobList' });

export type JobResource = z.infer<typeof jobSchema>;
export type JobListResource = z.infer<typeof jobListSchema>;
