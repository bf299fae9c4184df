import { MediaError, probe, splitFrames } from '#media';
import { StageError, type StageContext, type StageHandler, type StageOutcome } from '#stage';
import { isMissing, type Workspace } from '#workspace';

/** The first stage: the video's frames as `src_frame/frame_<n>.jpg`, at a constant rate. */
export class SplitHandler implements StageHandler {
  readonly stage = 'preprocess';

  constructor(
    private readonly workspace: Workspace,
    private readonly options: { JPEG_QUALITY: number },
  ) {}

  async run({ id, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    try {
      const source = await this.workspace.source(id);
      const facts = await probe(source, { signal });
      const { frames } = await splitFrames(source, facts, {
        outDir: attempt.path('src_frame'),
        quality: this.options.JPEG_QUALITY,
        signal,
        onProgress: (done) => {
          progress(done, Math.max(done, facts.frames));
        },
      });
      const { width, height, frameRate, duration, codec, audio } = facts;
      return {
        artifacts: ['src_frame'],
        video: { width, height, frameRate, duration, frames, codec, audio },
      };
    } catch (error) {
      if (isMissing(error)) {
        throw new StageError(
          'SOURCE_MISSING',
          'The uploaded file is no longer on the volume. Upload the video again.',
        );
      }
      if (error instanceof MediaError) throw new StageError(error.code, error.message);
      throw error;
    }
  }
}
