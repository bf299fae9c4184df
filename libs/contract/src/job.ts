import { z } from 'zod';
import { TIME_FIELDS, type TimeField } from './lifecycle';
import { statusSchema } from './list-query';
import { precisionSchema } from './precision';

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
    frames: z.number().describe('output frames; an estimate until the video is decoded'),
    variableFrameRate: z.boolean().describe('some output frames repeat the previous one to keep the timing'),
    sourceFrames: z.number().nullable().describe('decoded source frames; null until the video is decoded'),
    repeatedFrames: z
      .number()
      .nullable()
      .describe('output frames that repeat the previous one; null until the video is decoded'),
    codec: z.string(),
    playback: z
      .enum(['source', 'copy'])
      .nullable()
      .describe(
        'what browsers play, frame by frame: the source, or clean.mp4; null until the video is decoded',
      ),
    audio: z.boolean(),
  })
  .meta({ id: 'Video' });

const options = z
  .object({
    model: z.string(),
    score: z.number().describe('score threshold, 0..1: detections must exceed it'),
    classes: z.array(z.string()).describe('labels to detect; empty: all'),
    frameStep: z
      .number()
      .describe('detection runs on every Nth frame; on the others, boxes move along their tracks, or stay'),
    tracking: z.enum(['on', 'off']).describe('whether objects are tracked; off in jobs of earlier versions'),
    trackBuffer: z
      .number()
      .nullable()
      .describe('frames after which an object that is not detected has left; null: a second'),
    minLength: z.number().nullable().describe('detections that a track needs; null: 3'),
  })
  .meta({ id: 'Options', description: 'Detection options.' });

const detections = z
  .object({
    total: z.number().describe('in all frames'),
    classes: z
      .array(
        z
          .object({
            label: z.string(),
            count: z.number().describe('detections'),
            objects: z.number().nullable().describe('distinct objects; null in jobs without tracks'),
          })
          .meta({ id: 'ClassCount' }),
      )
      .describe('most frequent first'),
  })
  .meta({ id: 'DetectionCounts', description: 'How many detections a finished video has.' });

const failure = z
  .object({
    code: z.string().describe('stable and machine-readable'),
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
  .meta({ id: 'Durations', description: 'Seconds; null while unknown.' });

const warning = z
  .object({
    code: z.string().meta({ description: 'stable and machine-readable', example: 'START_UNDECODABLE' }),
    message: z.string().meta({ description: 'for people', example: 'The first 2.0 s could not be decoded.' }),
  })
  .meta({ id: 'Warning', description: 'A problem that did not stop the job.' });

const callback = z
  .object({
    url: z.string().meta({ example: 'https://hooks.example/boxreel' }),
    state: z
      .enum(['waiting', 'pending', 'delivered', 'failed'])
      .describe(
        'waiting: the job has not ended; pending: a delivery attempt is due; failed: no more attempts',
      ),
    attempts: z.number().describe('delivery attempts so far'),
    lastError: z.string().nullable().describe('why the last attempt failed'),
  })
  .meta({ id: 'Callback', description: 'The callback URL and the state of its delivery.' });

const time = z.iso.datetime().nullable();

const times = z
  .object(Object.fromEntries(TIME_FIELDS.map((field) => [field, time])) as Record<TimeField, typeof time>)
  .meta({ id: 'Times', description: 'ISO 8601, from the database clock; null while unknown.' });

const path = (rest: string, description: string) => z.string().meta(ofPath(rest, description));

const ofPath = (rest: string, description: string) => ({
  description,
  example: `/api/jobs/64b000000000000000000001${rest}`,
});

const links = z
  .object({
    self: path('', 'this job'),
    events: path('/events', 'server-sent events: its changes'),
    source: path('/source', 'the uploaded file'),
    video: path('/video', 'the annotated AVI'),
    preview: path('/preview.mp4', 'the MP4 with boxes that jobs make with PREVIEW=eager; otherwise 404'),
    mp4: path('/mp4', 'MP4s with boxes: POST makes one, GET lists them'),
    clean: z
      .string()
      .nullable()
      .meta(ofPath('/clean.mp4', 'the video without boxes; null if browsers can play the source')),
    thumbnail: path('/thumbnail.jpg', 'a frame without boxes'),
    frames: path('/frames/{n}.jpg', 'an annotated frame: replace {n} with its number from 0'),
    summary: path('/summary', 'counts over time and by class'),
    detections: path('/detections', 'all detections as JSON'),
    boxes: path('/boxes', 'boxes by time, for players'),
    tracks: z
      .string()
      .nullable()
      .meta(ofPath('/tracks', 'tracked objects; null if the job has tracking off')),
    layout: path('/layout', 'lines and zones: PUT sets them; 404 if there are none'),
    layoutEvents: z
      .string()
      .nullable()
      .meta(ofPath('/events.json', 'events and counts at lines and zones; null if there are none')),
    txts: path('/txts.zip', 'a txt file per frame'),
    report: path('/report.zip', 'counts and tracks as CSV'),
  })
  .meta({ id: 'Links' });

/** The ids of jobs. */
export const JOB_ID = /^[0-9a-f]{24}$/;

export const jobIdSchema = z.string().regex(JOB_ID).meta({ example: '64b000000000000000000001' });

/** A job as the JSON API shows it. */
export const jobSchema = z
  .object({
    id: jobIdSchema,
    filename: z.string(),
    status: statusSchema,
    attempts: z.number().describe('claims of the current stage so far'),
    times,
    durations,
    progress: progress.nullable().describe('while a stage runs'),
    video: video.nullable().describe('null in records created by other programs'),
    options: options.nullable().describe('null in records created by other programs'),
    artifacts: z
      .enum(['full', 'lean'])
      .nullable()
      .describe(
        'full: every frame is a file; lean: stages decode the source; null until the video is decoded',
      ),
    precision: precisionSchema
      .nullable()
      .describe('of all its detections; null until detection starts, and in jobs of earlier versions'),
    detections: detections
      .nullable()
      .describe('null until the job is done, and in jobs finished before version 0.2'),
    error: failure.nullable().describe('why the job, or its last attempt, failed'),
    origin: jobIdSchema.nullable().describe('the job whose video this one runs again'),
    warnings: z.array(warning).describe('about the video, once it is decoded, and about its detection'),
    callback: callback.nullable().describe('null unless the submission asked for one'),
    links,
  })
  .meta({ id: 'Job' });

export const jobListSchema = z
  .object({
    jobs: z.array(jobSchema),
    nextCursor: z.string().nullable().describe('pass it as `cursor` to get the next page'),
  })
  .meta({ id: 'JobList' });

export type JobResource = z.infer<typeof jobSchema>;
export type JobListResource = z.infer<typeof jobListSchema>;
