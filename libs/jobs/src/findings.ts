import type { Precision } from '#contract';
import type { JobDetections, JobVideo, JobWarning } from './job.schema';
import { literal } from './pipeline';

/** What a stage finds out about a job. */
export interface Findings {
  /** Properties of the video. */
  readonly video?: JobVideo;
  /** Warnings for the user; they replace earlier ones. */
  readonly warnings?: readonly JobWarning[];
  /** Precision of the detections. */
  readonly precision?: Precision;
  /** Whether the frames are stored as files; otherwise stages decode the source. */
  readonly frameFiles?: boolean;
  /** Counts of the detections. */
  readonly detections?: JobDetections;
}

/** The fields of the record to set; missing findings change nothing. */
export function fieldsOf({
  video,
  warnings,
  precision,
  frameFiles,
  detections,
}: Findings): Record<string, unknown> {
  return {
    ...(video && { video: literal(video) }),
    ...(warnings && { warnings: literal(warnings) }),
    ...(precision && { precision: literal(precision) }),
    ...(frameFiles !== undefined && { frameFiles: literal(frameFiles) }),
    ...(detections && { detections: literal(detections) }),
  };
}
