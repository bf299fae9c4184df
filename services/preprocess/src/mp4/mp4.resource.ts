import type { Mp4Resource } from '#contract';
import type { Rendering } from '#jobs';
import { link } from '../base-path';

/** An MP4 as the JSON API shows it. */
export function toMp4({ job, key, options, state, progress, error }: Rendering): Mp4Resource {
  const self = link(`/api/jobs/${job}/mp4/${key}`);
  return {
    key,
    score: options.score,
    classes: [...options.classes],
    state,
    progress: state === 'running' ? (progress ?? null) : null,
    error: error ? { code: error.code, message: error.message } : null,
    links: { self, video: `${self}/video.mp4` },
  };
}
