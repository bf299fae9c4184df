import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import type { Layout, Precision } from '#contract';
import { STATUSES, type StageName, type Status } from './lifecycle';

/** Why a job or its last attempt failed, at which stage and when (database time). */
export interface JobFailure {
  code: string;
  message: string;
  stage: StageName;
  at: Date;
}

/** Frames done by the running stage; `total` is null until known. */
export interface JobProgress {
  done: number;
  total: number | null;
}

/** A problem that did not stop the job. `code` is stable; the message is a sentence for people. */
export interface JobWarning {
  readonly code: string;
  readonly message: string;
}

interface Rational {
  readonly num: number;
  readonly den: number;
}

/**
 * Properties of the video, read on arrival so that no stage has to inspect it again. Sizes in pixels as displayed,
 * duration in seconds. `frames` is an estimate until the first stage has counted them.
 */
export interface JobVideo {
  readonly width: number;
  readonly height: number;
  /** Clockwise rotation by players, in degrees; already applied to width and height. */
  readonly rotation: number;
  readonly frameRate: Rational;
  readonly variableFrameRate: boolean;
  readonly duration: number;
  readonly frames: number;
  /** Number of decoded source frames; known after the first stage. */
  readonly sourceFrames?: number;
  readonly codec: string;
  readonly audio: boolean;
  /** What browsers play: the `source`, or a `copy` of it; known after the first stage. */
  readonly playback?: 'source' | 'copy';
  readonly sampleAspectRatio: Rational;
}

/** Detection options, chosen on upload. */
export interface JobOptions {
  /** Name of the model's manifest. */
  readonly model: string;
  /** Threshold that detections must exceed, 0..1. */
  readonly score: number;
  /** Labels to detect; empty for all labels of the model. */
  readonly classes: readonly string[];
  /** Run detection on every Nth frame, from 1; on the others, boxes move along their tracks, or stay. */
  readonly frameStep: number;
  /** Whether objects are tracked; unset: off. */
  readonly tracking?: 'on' | 'off';
  /** Frames after which a track without detections ends; unset: about a second. */
  readonly trackBuffer?: number;
  /** Detections that a track needs; unset: the tracker's default. */
  readonly minLength?: number;
  /** Lines and zones at which to count. */
  readonly layout?: Layout;
}

/** How many detections a finished video has. */
export interface JobDetections {
  readonly total: number;
  /** Most frequent first. */
  readonly classes: readonly {
    readonly label: string;
    readonly count: number;
    /** Distinct objects; unset in jobs without tracks. */
    readonly objects?: number;
  }[];
}

/** The request that created the job, if it had an Idempotency-Key. */
export interface JobSubmission {
  readonly key: string;
  /** Hash of the request: the same key with another digest is a client error. */
  readonly digest: string;
}

/** Webhook for the end of a job, and its delivery state. Database times. */
export interface JobCallback {
  readonly url: string;
  /** Webhook message id: the same for every delivery attempt, a new one when the job is retried. */
  readonly id: string;
  /** Delivery attempts so far, counted when they start. */
  readonly attempts: number;
  /** When the next delivery is due once the job has ended; during a delivery the end of its lease. Unset: never. */
  readonly availableAt?: Date;
  /** Token of the delivery's lease. */
  readonly token?: string;
  readonly deliveredAt?: Date;
  /** Why the last attempt failed. */
  readonly lastError?: string;
}

/**
 * A job record. Upper-case fields are the public contract; the others are internal. `availableAt` is when the job
 * becomes claimable: for a waiting job the end of its delay, for a running job the end of its lease.
 */
@Schema({ collection: 'hs_requests', versionKey: false, autoCreate: false })
export class Job {
  readonly _id!: Types.ObjectId;

  @Prop({ type: String, required: true }) FILENAME!: string;
  @Prop({ type: String, required: true, enum: STATUSES }) STATUS!: Status;

  @Prop({ type: Date }) PROCESS_START?: Date;
  @Prop({ type: Date }) PREPROCESSING_START?: Date;
  @Prop({ type: Date }) PREPROCESSING_END?: Date;
  @Prop({ type: Date }) INFERENCING_START?: Date;
  @Prop({ type: Date }) INFERENCING_END?: Date;
  @Prop({ type: Date }) POSTPROCESSING_START?: Date;
  @Prop({ type: Date }) POSTPROCESSING_END?: Date;
  @Prop({ type: Date }) PROCESS_END?: Date;
  /** PROCESS_END - PROCESS_START in milliseconds. */
  @Prop({ type: Number }) TOTAL?: number;

  @Prop({ type: Date }) availableAt?: Date;
  /** Claims of the current stage so far, counted at claim time. */
  @Prop({ type: Number }) attempts?: number;
  /** Claims over all stages, used as a fencing token: later holders get higher numbers. */
  @Prop({ type: Number }) claims?: number;
  @Prop({ type: SchemaTypes.Mixed }) lease?: { owner: string; token: string };
  @Prop({ type: SchemaTypes.Mixed }) progress?: JobProgress;
  @Prop({ type: SchemaTypes.Mixed }) video?: JobVideo;
  /** Whether frames are stored as files; false: stages decode the source (ARTIFACTS=lean). Unset: stored. */
  @Prop({ type: Boolean }) frameFiles?: boolean;
  @Prop({ type: SchemaTypes.Mixed }) warnings?: readonly JobWarning[];
  @Prop({ type: SchemaTypes.Mixed }) options?: JobOptions;
  /** Lines and zones that a user has set after the end of the job, instead of those of the options. */
  @Prop({ type: SchemaTypes.Mixed }) layout?: Layout;
  /** The job whose video this one runs again; its frames are shared. */
  @Prop({ type: String }) origin?: string;
  /** Of all detections: that of the first worker that detects; later ones use the same. */
  @Prop({ type: String }) precision?: Precision;
  @Prop({ type: SchemaTypes.Mixed }) detections?: JobDetections;
  @Prop({ type: SchemaTypes.Mixed }) error?: JobFailure;
  /** Size of the job's folder, measured some time after it has ended. */
  @Prop({ type: Number }) bytes?: number;
  @Prop({ type: SchemaTypes.Mixed }) submission?: JobSubmission;
  @Prop({ type: SchemaTypes.Mixed }) callback?: JobCallback;
}

/** The current lines and zones of a job, if any. */
export function layoutOf({ layout, options }: Pick<Job, 'layout' | 'options'>): Layout | undefined {
  return layout ?? options?.layout;
}

export const JobSchema = SchemaFactory.createForClass(Job);

// For the claim: one range of this index per status, already in queue order.
JobSchema.index({ STATUS: 1, availableAt: 1, _id: 1 });

// For pages filtered by status: reads only the records shown.
JobSchema.index({ STATUS: 1, _id: -1 });

// For pages filtered by class or model, newest first.
JobSchema.index({ 'detections.classes.label': 1, _id: -1 });
JobSchema.index({ 'options.model': 1, _id: -1 });

// For pages sorted by length or detections.
JobSchema.index({ 'video.duration': -1, _id: -1 });
JobSchema.index({ 'detections.total': -1, _id: -1 });

// One job per Idempotency-Key; a job without one has no entry.
JobSchema.index({ 'submission.key': 1 }, { unique: true, sparse: true });

// Contains only pending callbacks.
JobSchema.index(
  { STATUS: 1, 'callback.availableAt': 1, _id: 1 },
  { partialFilterExpression: { 'callback.availableAt': { $exists: true } } },
);
