import { mkdir } from 'node:fs/promises';
import { cpuLimit } from '#config';
import { probe, splitFrames, type MediaLimits } from '#media';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import type { Workspace } from '#workspace';

/** Frames being compressed at once: enough to keep every core busy while others are read or written. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** The first stage: the video's frames as `src_frame/frame_<n>.jpg`, at a constant rate. */
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
    return { artifacts: ['src_frame'], video: { ...facts, frames } };
  }
}
