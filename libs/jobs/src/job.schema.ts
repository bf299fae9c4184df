import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { STATUSES, type StageName, type Status } from './lifecycle';

/** Why a job failed, or why its last attempt did. `stage` is where; `at` is the database's clock. */
export interface JobFailure {
  code: string;
  message: string;
  stage: StageName;
  at: Date;
}

/** Frames done of the running stage; `total` is null until the stage knows it. */
export interface JobProgress {
  done: number;
  total: number | null;
}

/** Something about the input that did not stop the job; `code` is stable, the message is a sentence for people. */
export interface JobWarning {
  readonly code: string;
  readonly message: string;
}

interface Rational {
  readonly num: number;
  readonly den: number;
}

/**
 * What was seen in the video when it arrived, so that no stage has to look again. Sizes in pixels as displayed,
 * duration in seconds; `frames` is expected first, and counted once the first stage has made them.
 */
export interface JobVideo {
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise that players turn it by; width and height are those after it. */
  readonly rotation: number;
  readonly frameRate: Rational;
  readonly variableFrameRate: boolean;
  readonly duration: number;
  readonly frames: number;
  /** Frames that the source decodes to; known once the first stage has made them. */
  readonly sourceFrames?: number;
  readonly codec: string;
  readonly audio: boolean;
  readonly sampleAspectRatio: Rational;
}

/** What to look for and how, as chosen when the job was submitted. */
export interface JobOptions {
  /** Name of the model's manifest. */
  readonly model: string;
  /** Detections must score more than this, 0..1. */
  readonly score: number;
  /** Labels that are looked for; empty for all that the model knows. */
  readonly classes: readonly string[];
  /** Every how manieth frame is looked at, from 1; the frames between carry its boxes over. */
  readonly frameStep: number;
}

/** The request that made the job, where its sender named it with an Idempotency-Key. */
export interface JobSubmission {
  readonly key: string;
  /** Of what was asked for: the same key with another digest is a mistake of the sender. */
  readonly digest: string;
}

/** Whom to tell of the job's end, and how far that has come. Times by the database's clock. */
export interface JobCallback {
  readonly url: string;
  /** Names the end, the same in every attempt to tell it; a job that is started again gets another one. */
  readonly id: string;
  /** Attempts to tell this end so far, counted when they begin. */
  readonly attempts: number;
  /** When it may be told next, once the job has ended; while somebody does so, the end of the lease. None: never again. */
  readonly availableAt?: Date;
  /** Of the lease. */
  readonly token?: string;
  readonly deliveredAt?: Date;
  /** Why the last attempt failed. */
  readonly lastError?: string;
}

/**
 * The record. Upper-case fields are the public contract; the others belong to this system. `availableAt` is when
 * the record may be taken: of a waiting job its turn, of a running job the end of its lease.
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
  /** Claims in the job's whole life: the later of two holders has the higher number, which files are fenced by. */
  @Prop({ type: Number }) claims?: number;
  @Prop({ type: SchemaTypes.Mixed }) lease?: { owner: string; token: string };
  @Prop({ type: SchemaTypes.Mixed }) progress?: JobProgress;
  @Prop({ type: SchemaTypes.Mixed }) video?: JobVideo;
  @Prop({ type: SchemaTypes.Mixed }) warnings?: readonly JobWarning[];
  @Prop({ type: SchemaTypes.Mixed }) options?: JobOptions;
  @Prop({ type: SchemaTypes.Mixed }) error?: JobFailure;
  /** Of its folder, counted some time after the job has ended. */
  @Prop({ type: Number }) bytes?: number;
  @Prop({ type: SchemaTypes.Mixed }) submission?: JobSubmission;
  @Prop({ type: SchemaTypes.Mixed }) callback?: JobCallback;
}

export const JobSchema = SchemaFactory.createForClass(Job);

// The claim: one range of this index per status, already in the order of the queue.
JobSchema.index({ STATUS: 1, availableAt: 1, _id: 1 });

// The pages that show some statuses only: as many records are read as are shown, however many there are.
JobSchema.index({ STATUS: 1, _id: -1 });

// One job per Idempotency-Key; a job without one has no entry.
JobSchema.index({ 'submission.key': 1 }, { unique: true, sparse: true });

// The callbacks that are still to be made, and no others.
JobSchema.index(
  { STATUS: 1, 'callback.availableAt': 1, _id: 1 },
  { partialFilterExpression: { 'callback.availableAt': { $exists: true } } },
);
