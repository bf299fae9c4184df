import type { PipelineStage } from 'mongoose';
import type { ErrorCode } from '#errors';
import type { StageName } from './lifecycle';

/** An update as an aggregation pipeline, which can read the record and the database's clock. */
export type Update = Exclude<PipelineStage, PipelineStage.Merge | PipelineStage.Out>[];

/** Database time plus so many milliseconds. The database's clock is the only one, so skewed nodes agree. */
export const inMs = (ms: number) => ({ $add: ['$$NOW', ms] });

/** Keeps text of users and tokens from being read as an expression of the pipeline. */
export const literal = (value: unknown) => ({ $literal: value });

/** A number of the record; 0 where it has none, as in records that other programs made. */
export const numberIn = (field: string) => ({ $ifNull: [`$${field}`, 0] });

/** What a stage says about a failure. */
export interface FailureReason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The `error` of a record. */
export function failureAt(stage: StageName, failure: FailureReason) {
  return { $mergeObjects: [literal({ ...failure, stage }), { at: '$$NOW' }] };
}
