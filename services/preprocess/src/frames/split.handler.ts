import { mkdir } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { cpuLimit } from '#config';
import {
  extractSound,
  probe,
  scanFrames,
  shrinkFrames,
  splitFrames,
  writeTimeline,
  type Analysis,
  type MediaLimits,
  type Timeline,
  type VideoFacts,
} from '#media';
import { CONFIG } from '#platform';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import { Workspace, frameName, sync } from '#workspace';
import { SharedFrames } from './shared-frames';

/** Frames compressed at the same time: enough to keep every core busy during reads and writes. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** Pixels of the longer side of the thumbnail. */
const THUMBNAIL_SIZE = 240;

interface SplitOptions extends MediaLimits {
  readonly JPEG_QUALITY: number;
  readonly ARTIFACTS: 'full' | 'lean';
}

/**
 * The first stage. Decides the timeline, and writes it with the sound that is aligned to it and a thumbnail. With
 * ARTIFACTS=full, also writes the frames as `src_frame/frame_<n>.jpg` at a constant rate.
 */
@Injectable()
export class SplitHandler implements StageHandler {
  readonly stage = 'preprocess';

  constructor(
    private readonly workspace: Workspace,
    private readonly shared: SharedFrames,
    @Inject(CONFIG) private readonly options: SplitOptions,
  ) {}

  async run(context: StageContext): Promise<StageOutcome> {
    const frameFiles = this.options.ARTIFACTS === 'full';
    return (await this.shared.link(context, frameFiles)) ?? this.decode(context, frameFiles);
  }

  private async decode(context: StageContext, frameFiles: boolean): Promise<StageOutcome> {
    const { id, job, attempt, signal } = context;
    const source = await this.workspace.source(id);
    const facts = job.video ?? (await probe(source, { signal, limits: this.options }));
    const { timeline, warnings, tracks, playback } = frameFiles
      ? await this.split(context, source, facts)
      : await this.scan(context, source, facts);
    await sync(attempt.path('thumbnail.jpg'));
    const soundFile = attempt.path('sound.flac');
    const { sound, warnings: ofSound } = await extractSound(source, {
      ...{ target: soundFile, timeline, tracks, signal, limits: this.options },
    });
    if (sound) await sync(soundFile);
    const timelineFile = attempt.path('timeline.json');
    await writeTimeline(timelineFile, { timeline, track: tracks.video });
    await sync(timelineFile);
    return {
      artifacts: [
        ...(frameFiles ? (['src_frame'] as const) : []),
        ...(['timeline.json', 'thumbnail.jpg'] as const),
        ...(sound ? (['sound.flac'] as const) : []),
      ],
      video: { ...facts, ...asDecoded(timeline), audio: sound, playback },
      frameFiles,
      warnings: [...warnings, ...ofSound],
    };
  }

  /** Writes the frames and the thumbnail. */
  private async split(
    { attempt, signal, progress }: StageContext,
    source: string,
    facts: VideoFacts,
  ): Promise<Analysis> {
    await mkdir(attempt.path('src_frame'));
    const analysis = await splitFrames(source, facts, {
      outDir: attempt.path('src_frame'),
      concurrency: CONCURRENCY,
      quality: this.options.JPEG_QUALITY,
      signal,
      limits: this.options,
      onProgress: (done) => {
        progress(done, Math.max(done, facts.frames));
      },
    });
    const typical = attempt.path('src_frame', frameName(typicalFrame(analysis.timeline.frames)));
    await shrinkFrames([{ from: typical, to: attempt.path('thumbnail.jpg') }], {
      ...facts,
      longSide: THUMBNAIL_SIZE,
      signal,
      limits: this.options,
    });
    return analysis;
  }

  /** Decodes the video without writing anything but the thumbnail. */
  private scan(
    { attempt, signal, progress }: StageContext,
    source: string,
    facts: VideoFacts,
  ): Promise<Analysis> {
    return scanFrames(source, facts, {
      thumbnail: {
        target: attempt.path('thumbnail.jpg'),
        frame: typicalFrame(facts.frames),
        longSide: THUMBNAIL_SIZE,
      },
      threads: cpuLimit(),
      signal,
      limits: this.options,
      onProgress: (done) => {
        progress(done, Math.max(done, facts.frames));
      },
    });
  }
}

/** A third in: the first frames are often black, the last ones often credits. */
function typicalFrame(frames: number): number {
  return Math.floor(frames / 3);
}

/** The facts that decoding has established, which replace those the container declares. */
function asDecoded({ frameRate, frames, sourceFrames, repeatedFrames, duration }: Timeline) {
  return { frameRate, frames, sourceFrames, duration, variableFrameRate: repeatedFrames > 0 };
}
