import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes } from 'mongoose';
import type { JobProgress } from './job.schema';

const RENDERING_STATES = ['waiting', 'running', 'done', 'failed'] as const;
export type RenderingState = (typeof RENDERING_STATES)[number];

/** Which detections an MP4 shows. */
export interface RenderingOptions {
  /** Threshold that detections must exceed, 0..1. */
  readonly score: number;
  /** Labels; empty for all. */
  readonly classes: readonly string[];
}

/** An MP4 with boxes that a user has requested for a complete job. It is claimed like a job. */
@Schema({ collection: 'hs_renderings', versionKey: false, autoCreate: false })
export class Rendering {
  /** `<job>-<key>`. */
  @Prop({ type: String, required: true }) readonly _id!: string;
  @Prop({ type: String, required: true }) job!: string;
  /** Identifies the options within the job. */
  @Prop({ type: String, required: true }) key!: string;
  @Prop({ type: SchemaTypes.Mixed, required: true }) options!: RenderingOptions;
  @Prop({ type: String, required: true, enum: RENDERING_STATES }) state!: RenderingState;
  /** Database time. */
  @Prop({ type: Date, required: true }) requestedAt!: Date;
  @Prop({ type: Date }) availableAt?: Date;
  @Prop({ type: Number }) attempts?: number;
  @Prop({ type: SchemaTypes.Mixed }) lease?: { owner: string; token: string };
  @Prop({ type: SchemaTypes.Mixed }) progress?: JobProgress;
  @Prop({ type: SchemaTypes.Mixed }) error?: { code: string; message: string; at: Date };
}

export const RenderingSchema = SchemaFactory.createForClass(Rendering);

// For the claim.
RenderingSchema.index({ state: 1, availableAt: 1, _id: 1 });

RenderingSchema.index({ job: 1, requestedAt: 1 });
