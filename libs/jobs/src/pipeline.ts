import type { PipelineStage } from 'mongoose';
import type { ErrorCode } from '#errors';
import type { StageName } from './lifecycle';

/** An update in the form of an aggregation pipeline, which can read the record and the database's clock. */
export type Update = Exclude<PipelineStage, PipelineStage.Merge | PipelineStage.Out>[];

/** Database time plus `ms`. Only the database's clock is used, so that nodes with skewed clocks agree. */
export const inMs = (ms: number) => ({ $add: ['$$NOW', ms] });

/** Keeps user text and tokens from being evaluated as an expression. */
export const literal = (value: unknown) => ({ $literal: value });

/** A numeric field; 0 if missing, as in records that other programs inserted. */
export const numberIn = (field: string) => ({ $ifNull: [`$${field}`, 0] });

/** Why a stage failed. */
export interface FailureReason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The `error` field of a record, stamped with the database time. */
export function failureAt(stage: StageName, failure: FailureReason) {
  return { $mergeObjects: [literal({ ...failure, stage }), { at: '$$NOW' }] };
}
