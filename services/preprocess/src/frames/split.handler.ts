import { mkdir } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { cpuLimit } from '#config';
import {
  extractSound,
  probe,
  shrinkJpegs,
  splitFrames,
  writeTimeline,
  type MediaLimits,
  type Timeline,
} from '#media';
import { CONFIG } from '#platform';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import { Workspace, frameName, sync } from '#workspace';

/** Frames compressed at the same time: enough to keep every core busy during reads and writes. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** Pixels of the longer side of the thumbnail. */
const THUMBNAIL_SIZE = 240;

/**
 * The first stage. Writes the frames as `src_frame/frame_<n>.jpg` at a constant rate, the timeline with the repeated
 * frames, the sound aligned to that timeline, and a thumbnail.
 */
@Injectable()
export class SplitHandler implements StageHandler {
  readonly stage = 'preprocess';

  constructor(
    private readonly workspace: Workspace,
    @Inject(CONFIG) private readonly options: MediaLimits & { JPEG_QUALITY: number },
  ) {}

  async run({ id, job, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const source = await this.workspace.source(id);
    const facts = job.video ?? (await probe(source, { signal, limits: this.options }));
    await mkdir(attempt.path('src_frame'));
    const { timeline, warnings, tracks, playback } = await splitFrames(source, facts, {
      outDir: attempt.path('src_frame'),
      concurrency: CONCURRENCY,
      quality: this.options.JPEG_QUALITY,
      signal,
      limits: this.options,
      onProgress: (done) => {
        progress(done, Math.max(done, facts.frames));
      },
    });
    // A third in: the first frames are often black, the last ones often credits.
    const typical = attempt.path('src_frame', frameName(Math.floor(timeline.frames / 3)));
    const thumbnail = attempt.path('thumbnail.jpg');
    await shrinkJpegs([{ from: typical, to: thumbnail }], {
      ...facts,
      longSide: THUMBNAIL_SIZE,
      signal,
      limits: this.options,
    });
    await sync(thumbnail);
    const soundFile = attempt.path('sound.flac');
    const { sound, warnings: ofSound } = await extractSound(source, {
      ...{ target: soundFile, timeline, tracks, signal, limits: this.options },
    });
    if (sound) await sync(soundFile);
    const timelineFile = attempt.path('timeline.json');
    await writeTimeline(timelineFile, timeline);
    await sync(timelineFile);
    return {
      artifacts: ['src_frame', 'timeline.json', 'thumbnail.jpg', ...(sound ? ['sound.flac' as const] : [])],
      video: { ...facts, ...asDecoded(timeline), audio: sound, playback },
      warnings: [...warnings, ...ofSound],
    };
  }
}

/** The facts that decoding has established, which replace those the container declares. */
function asDecoded({ frameRate, frames, sourceFrames, repeatedFrames, duration }: Timeline) {
  return { frameRate, frames, sourceFrames, duration, variableFrameRate: repeatedFrames > 0 };
}
