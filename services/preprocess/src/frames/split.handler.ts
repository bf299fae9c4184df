import { mkdir } from 'node:fs/promises';
import { cpuLimit } from '#config';
import { probe, shrinkJpegs, splitFrames, type MediaLimits, type VideoFacts } from '#media';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import { frameName, sync, type Workspace } from '#workspace';

/** Frames being compressed at once: enough to keep every core busy while others are read or written. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** Pixels of the longer side of the thumbnail. */
const THUMBNAIL_SIZE = 240;

/** The first stage: the video's frames as `src_frame/frame_<n>.jpg`, at a constant rate, and one of them small. */
export class SplitHandler implements StageHandler {
  readonly stage = 'preprocess';

  constructor(
    private readonly workspace: Workspace,
    private readonly options: MediaLimits & { JPEG_QUALITY: number },
  ) {}

  async run({ id, job, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const source = await this.workspace.source(id);
    const facts = job.video ?? (await probe(source, { signal, limits: this.options }));
    await mkdir(attempt.path('src_frame'));
    const { frames } = await splitFrames(source, facts, {
      outDir: attempt.path('src_frame'),
      concurrency: CONCURRENCY,
      quality: this.options.JPEG_QUALITY,
      signal,
      limits: this.options,
      onProgress: (done) => {
        progress(done, Math.max(done, facts.frames));
      },
    });
    // A third in: first frames are often black, and the last show what is over.
    const typical = attempt.path('src_frame', frameName(Math.floor(frames / 3)));
    const thumbnail = attempt.path('thumbnail.jpg');
    await shrinkJpegs([{ from: typical, to: thumbnail }], {
      ...facts,
      longSide: THUMBNAIL_SIZE,
      signal,
      limits: this.options,
    });
    await sync(thumbnail);
    return { artifacts: ['src_frame', 'thumbnail.jpg'], video: { ...facts, ...asFound(facts, frames) } };
  }
}

/** A file may hold more than it says, as recordings do that were put one behind the other, or a little less. */
function asFound({ frames: expected, frameRate, duration }: VideoFacts, frames: number) {
  return { frames, duration: frames === expected ? duration : (frames * frameRate.den) / frameRate.num };
}
