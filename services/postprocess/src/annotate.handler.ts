import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { FrameBuffers, annotateJpeg, parseTxt, readFrames } from '#annotation';
import { cpuLimit } from '#config';
import type { Detection } from '#detection';
import { mapOrdered } from '#flow';
import { openAvi, probe, type AviCodec, type MediaLimits } from '#media';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import { frameName, sync, tarName, targetName, txtName, type Workspace } from '#workspace';

/** Frames being drawn on at once: enough to keep every core busy while others are read or written. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** The last stage: boxes on the frames as `tar_frame/tar_<n>.jpg`, and all of them as `target/target_<id>.avi`. */
export class AnnotateHandler implements StageHandler {
  readonly stage = 'postprocess';

  constructor(
    private readonly workspace: Workspace,
    private readonly options: MediaLimits & { AVI_CODEC: AviCodec; JPEG_QUALITY: number },
  ) {}

  async run({ id, job, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const total = await this.workspace.countFrames(id);
    progress(0, total);
    await mkdir(attempt.path('tar_frame'));
    await mkdir(attempt.path('target'));
    const target = attempt.path('target', targetName(id));
    const source = await this.workspace.source(id);
    const facts = job.video ?? (await probe(source, { signal, limits: this.options }));
    const avi = await openAvi({
      ...facts,
      target,
      codec: this.options.AVI_CODEC,
      ...(facts.audio && { audioFrom: source }),
      signal,
      limits: this.options,
    });
    const buffers = new FrameBuffers(facts);
    try {
      const boxed = mapOrdered(
        this.detections(id, total),
        CONCURRENCY,
        async (detections, n) => {
          const frame = await readFile(this.workspace.path(id, 'src_frame', frameName(n)));
          const jpeg = await annotateJpeg(frame, detections, this.options.JPEG_QUALITY, buffers);
          await writeFile(attempt.path('tar_frame', tarName(n)), jpeg);
          return jpeg;
        },
        signal,
      );
      let done = 0;
      for await (const jpeg of boxed) {
        await avi.write(jpeg);
        progress(++done, total);
      }
      if (done !== total) throw new Error(`there are detections for ${done} of ${total} frames`);
      await avi.finish();
    } catch (error) {
      await avi.abort();
      throw error;
    }
    await sync(target);
    return { artifacts: ['tar_frame', 'target'] };
  }

  /** The boxes of each frame: with labels and scores where they are known, else from the txts alone. */
  private async *detections(id: string, total: number): AsyncGenerator<readonly Detection[]> {
    const scored = this.workspace.path(id, 'detections.ndjson');
    if (
      await access(scored).then(
        () => true,
        () => false,
      )
    ) {
      for await (const { boxes } of readFrames(scored)) yield boxes;
      return;
    }
    for (let n = 0; n < total; n++) {
      const txt = await readFile(this.workspace.path(id, 'txts', txtName(n)), 'utf8');
      yield parseTxt(txt).map(({ box, classIndex }) => ({
        box,
        classIndex,
        label: `class ${classIndex}`,
        score: NaN,
      }));
    }
  }
}
