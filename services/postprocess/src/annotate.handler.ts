import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { FrameBuffers, Summarizer, annotateJpeg, parseTxt, readFrames, type Summary } from '#annotation';
import { cpuLimit } from '#config';
import type { Precision } from '#contract';
import type { Detection } from '#detection';
import { allOrNone, mapOrdered } from '#flow';
import {
  linkOrCopy,
  openVideo,
  probe,
  readTimeline,
  shrinkJpegs,
  type AviCodec,
  type FrameFormat,
  type MediaLimits,
  type Timeline,
  type VideoFacts,
  type VideoOutput,
} from '#media';
import { CONFIG } from '#platform';
import type { StageContext, StageHandler, StageOutcome } from '#stage';
import {
  CLEAN_VIDEO,
  PREVIEW_VIDEO,
  SUMMARY,
  Workspace,
  frameName,
  peakName,
  sync,
  tarName,
  targetName,
  txtName,
  type Attempt,
} from '#workspace';
import { exists } from './exists';
import { Mp4Renderer } from './mp4/mp4-renderer';

/** Frames annotated at the same time: enough to keep every core busy during reads and writes. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** Pixels of the longer side of the peak images. */
const PEAK_SIZE = 320;

export interface AnnotateOptions extends MediaLimits {
  readonly AVI_CODEC: AviCodec;
  readonly JPEG_QUALITY: number;
  readonly PREVIEW: 'on-demand' | 'eager';
  readonly PREVIEW_HEIGHT: number;
}

/**
 * The last stage. Writes annotated frames as `tar_frame/tar_<n>.jpg`, the video as `target/target_<id>.avi`, and files
 * for the pages: `preview/summary.json`, small images `preview/peak_<n>.jpg`, with PREVIEW=eager `preview/video.mp4`, and
 * `preview/clean.mp4` if browsers cannot play the source.
 */
@Injectable()
export class AnnotateHandler implements StageHandler {
  readonly stage = 'postprocess';

  constructor(
    private readonly workspace: Workspace,
    private readonly renderer: Mp4Renderer,
    @Inject(CONFIG) private readonly options: AnnotateOptions,
  ) {}

  async run({ id, job, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const total = await this.workspace.countFrames(id);
    progress(0, total);
    for (const folder of ['tar_frame', 'target', 'preview']) await mkdir(attempt.path(folder));
    const facts =
      job.video ?? (await probe(await this.workspace.source(id), { signal, limits: this.options }));
    const copies = facts.playback === 'copy';
    const done = { annotated: 0, copied: 0 };
    const report = () => {
      progress(copies ? Math.floor((done.annotated + done.copied) / 2) : done.annotated, total);
    };
    const [{ total: found, classes }] = await allOrNone(signal, [
      async (signal) => {
        const annotated = (frames: number) => {
          done.annotated = frames;
          report();
        };
        const { precision } = job;
        return this.annotate({ id, facts, precision, total, attempt, signal, annotated });
      },
      async (signal) => {
        if (!copies) return;
        const copied = (frames: number) => {
          done.copied = frames;
          report();
        };
        const target = attempt.path('preview', CLEAN_VIDEO);
        await this.renderer.render({ id, video: facts, boxes: undefined, target, signal, progress: copied });
      },
    ]);
    return {
      artifacts: ['tar_frame', 'target', 'preview'],
      detections: { total: found, classes: classes.map(({ label, count }) => ({ label, count })) },
    };
  }

  /** Writes the annotated frames, the video with boxes and the summary. */
  private async annotate(annotation: Annotation): Promise<Summary> {
    const { id, facts, precision, total, attempt, signal, annotated } = annotation;
    const timeline = await readTimeline(this.workspace.path(id, 'timeline.json'), facts.frameRate, total);
    const outputs = this.outputs(id, attempt);
    const sound = this.workspace.path(id, 'sound.flac');
    const video = openVideo({
      ...facts,
      outputs,
      ...((await exists(sound)) && { sound }),
      signal,
      threads: cpuLimit(),
      limits: this.options,
    });
    const summarizer = new Summarizer(facts.frameRate.num / facts.frameRate.den);
    const buffers = new FrameBuffers(facts);
    try {
      const drawn = mapOrdered(
        groupRepeats(this.detections(id, total), timeline),
        CONCURRENCY,
        async ({ first, repeats, detections }) => {
          const frame = await readFile(this.workspace.path(id, 'src_frame', frameName(first)));
          const jpeg = await annotateJpeg(frame, detections[0] ?? [], this.options.JPEG_QUALITY, buffers);
          const target = attempt.path('tar_frame', tarName(first));
          await writeFile(target, jpeg);
          for (const n of repeats) await linkOrCopy(target, attempt.path('tar_frame', tarName(n)));
          return { jpeg, detections };
        },
        signal,
      );
      let done = 0;
      for await (const { jpeg, detections } of drawn) {
        for (const ofFrame of detections) {
          await video.write(jpeg);
          summarizer.add(ofFrame);
          annotated(++done);
        }
      }
      if (done !== total) throw new Error(`found detections for ${done} of ${total} frames`);
      await video.finish();
    } catch (error) {
      await video.abort();
      throw error;
    }
    for (const { target } of outputs) await sync(target);
    const summary = { ...summarizer.summary(), ...(precision && { precision }) };
    await this.summarize(summary, facts, attempt, signal);
    return summary;
  }

  private outputs(id: string, attempt: Attempt): VideoOutput[] {
    const { AVI_CODEC: codec, PREVIEW, PREVIEW_HEIGHT: shortSide } = this.options;
    const avi = { container: 'avi', target: attempt.path('target', targetName(id)), codec } as const;
    const mp4 = { container: 'mp4', target: attempt.path('preview', PREVIEW_VIDEO), shortSide } as const;
    return PREVIEW === 'eager' ? [avi, mp4] : [avi];
  }

  /** Writes the summary and the images of its peaks. */
  private async summarize(
    summary: Summary,
    format: FrameFormat,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<void> {
    const images = summary.peaks.map(({ frame }, n) => ({
      from: attempt.path('tar_frame', tarName(frame)),
      to: attempt.path('preview', peakName(n)),
    }));
    await shrinkJpegs(images, { ...format, longSide: PEAK_SIZE, signal, limits: this.options });
    const file = attempt.path('preview', SUMMARY);
    await writeFile(file, JSON.stringify(summary));
    await sync(file);
  }

  /** The detections of each frame, with labels and scores if known, otherwise from the txts. */
  private async *detections(id: string, total: number): AsyncGenerator<readonly Detection[]> {
    const scored = this.workspace.path(id, 'detections.ndjson');
    if (await exists(scored)) {
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

interface Annotation {
  readonly id: string;
  readonly facts: VideoFacts;
  readonly precision: Precision | undefined;
  /** Output frames. */
  readonly total: number;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
  /** Called with the number of frames done. */
  readonly annotated: (frames: number) => void;
}

/** An output frame and its repeats, each with the same detections. */
interface FrameSpan {
  readonly first: number;
  readonly repeats: readonly number[];
  readonly detections: readonly (readonly Detection[])[];
}

/** Groups frames that are annotated once. Ends early if there are fewer detections than frames. */
async function* groupRepeats(
  frames: AsyncGenerator<readonly Detection[]>,
  timeline: Timeline,
): AsyncGenerator<FrameSpan> {
  for (const { first, times } of timeline.spans()) {
    const detections: (readonly Detection[])[] = [];
    while (detections.length < times) {
      const next = await frames.next();
      if (next.done === true) return;
      detections.push(next.value);
    }
    yield { first, repeats: Array.from({ length: times - 1 }, (_, k) => first + k + 1), detections };
  }
  if (!(await frames.next()).done) throw new Error('found detections for more frames than the video has');
}
