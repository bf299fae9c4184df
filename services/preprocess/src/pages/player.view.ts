import type { Job, Rendering } from '#jobs';
import { link } from '../base-path';
import { describeMp4, type Mp4View } from './mp4.view';

/** Files of a job that browsers may play. */
interface Videos {
  readonly preview: boolean;
  readonly clean: boolean;
}

/** The players of a job page. In a video without boxes, frame n is at n / frameRate seconds after the first. */
export interface PlayerView {
  /** With JavaScript: a video without boxes, which the page draws. */
  readonly layer: Layer | undefined;
  /** Without JavaScript, or for jobs without a layer: the address of the best video. */
  readonly plain: string | undefined;
  /** Whether boxes are part of the plain video. */
  readonly burntIn: boolean;
}

interface Layer {
  readonly src: string;
  /** A copy to play if the browser refuses the source. */
  readonly copy: string | undefined;
  readonly boxes: string;
  /** If objects are tracked. */
  readonly tracks: string | undefined;
  readonly frameRate: number;
  readonly frames: number;
  /** Lowest score of the slider. */
  readonly floor: number;
  /** The threshold of the job, where the slider starts. */
  readonly score: number;
}

/** @param floor SCORE_FLOOR @param mp4s requested MP4s, oldest first */
export function toPlayer(job: Job, videos: Videos, mp4s: readonly Rendering[], floor: number): PlayerView {
  const id = job._id.toHexString();
  const at = (name: string) => link(`/api/jobs/${id}/${name}`);
  const clean = videos.clean ? at('clean.mp4') : undefined;
  const { video, options } = job;
  const sources = { source: at('source'), copy: clean };
  const src = video?.playback && sources[video.playback];
  const rendered = mp4s.findLast(({ state }) => state === 'done');
  const burntIn = videos.preview ? at('preview.mp4') : rendered && at(`mp4/${rendered.key}/video.mp4`);
  const score = options?.score ?? 0.5;
  return {
    layer:
      video && src !== undefined
        ? {
            ...{ src, copy: clean === src ? undefined : clean, boxes: at('boxes') },
            tracks: options?.tracking === 'on' ? at('tracks') : undefined,
            ...{ frameRate: video.frameRate.num / video.frameRate.den, frames: video.frames },
            ...{ floor: Math.min(floor, score), score },
          }
        : undefined,
    plain: burntIn ?? src,
    burntIn: burntIn !== undefined,
  };
}

/** The form for MP4s, and those of a job, newest first. */
export function toMp4Form(
  job: Job,
  mp4s: readonly Rendering[],
): { score: number; classes: string; mp4s: Mp4View[] } {
  const { score = 0.5, classes = [] } = job.options ?? {};
  return { score, classes: classes.join(', '), mp4s: mp4s.map(describeMp4).reverse() };
}
