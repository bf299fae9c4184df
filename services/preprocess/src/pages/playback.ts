import type { Job } from '#jobs';

/**
 * What a browser plays under the boxes: the uploaded file, or a copy without boxes. In both, output frame n is shown at
 * n / frameRate seconds after the first frame. Undefined for jobs of earlier versions.
 */
export type Playback = 'source' | 'copy' | undefined;

/** How browsers play the video of a job. */
export function playbackOf({ video }: Job): Playback {
  const playback: unknown = video && Reflect.get(video, 'playback');
  return playback === 'source' || playback === 'copy' ? playback : undefined;
}
