import type { Precision } from '#detection';
import type { Job, JobWarning } from '#jobs';

const CODE = 'DETECTED_IN_FP32';

const WARNING: JobWarning = {
  code: CODE,
  message:
    'Detection began in int8 on one machine and was done again in fp32 on another one, which has no int8. Scores may differ slightly from those of similar jobs.',
};

/**
 * The warnings of a job after its detection, those about the video included.
 * @param precision of its detections; the record has that of the first attempt
 */
export function warningsOf({ warnings = [], precision: wanted }: Job, precision: Precision): JobWarning[] {
  const others = warnings.filter(({ code }) => code !== CODE);
  return wanted === 'int8' && precision === 'fp32' ? [...others, WARNING] : others;
}
