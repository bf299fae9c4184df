import type { Rendering } from '#jobs';
import { link } from '../base-path';

/** An MP4 with boxes as the pages show it. */
export interface Mp4View {
  readonly key: string;
  /** For example `score > 0.5, person, car`. */
  readonly options: string;
  /** For example `12 of 50 frames`. */
  readonly words: string;
  /** Address of the state. */
  readonly self: string;
  /** Address of the file, once it exists. */
  readonly file: string | undefined;
  readonly saveAs: string;
  readonly busy: boolean;
}

/** @param rendering a requested MP4 */
export function describeMp4(rendering: Rendering): Mp4View {
  const { job, key, options, state } = rendering;
  const self = link(`/api/jobs/${job}/mp4/${key}`);
  return {
    ...{ key, self, options: [`score > ${options.score}`, ...options.classes].join(', ') },
    words: wordsFor(rendering),
    file: state === 'done' ? `${self}/video.mp4` : undefined,
    saveAs: `${job}-${key}.mp4`,
    busy: state === 'waiting' || state === 'running',
  };
}

function wordsFor({ state, progress, error }: Rendering): string {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return progress?.total ? `${progress.done} of ${progress.total} frames` : 'being made';
    case 'failed':
      return `failed: ${error?.message ?? 'unknown reason'}`;
    case 'done':
      return 'ready';
  }
}
