import type { JobOptions } from '#jobs';
import type { TrackerOptions } from '#tracking';

/**
 * The options of the tracker for a job.
 *
 * @param frameRate frames per second
 * @returns undefined if objects are not to be tracked: jobs of earlier versions and other programs do not ask for it
 */
export function trackerOptions(
  options: JobOptions | undefined,
  frameRate: number,
): Partial<TrackerOptions> | undefined {
  if (options?.tracking !== 'on') return undefined;
  const { score, trackBuffer = Math.max(1, Math.round(frameRate)), minLength } = options;
  return { highThreshold: score, trackBuffer, ...(minLength !== undefined && { minLength }) };
}
