import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  Summarizer,
  parseTxt,
  readFrames,
  type FrameDetections,
  type Summary,
  type TrackStyleOptions,
} from '#annotation';
import { cpuLimit } from '#config';
import { allOrNone } from '#flow';
import { JobFrames } from '#frames';
import type { Job } from '#jobs';
import {
  openVideo,
  probe,
  shrinkFrames,
  type AviCodec,
  type MediaLimits,
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
  peakName,
  sync,
  tarName,
  targetName,
  txtName,
  type Attempt,
} from '#workspace';
import { annotatedFrames } from './annotated-frames';
import { exists } from './exists';
import { TrackImages } from './track-images';
import { Mp4Renderer, type DecodedJob } from './mp4/mp4-renderer';

/** Pixels of the longer side of the peak images. */
const PEAK_SIZE = 320;

export interface AnnotateOptions extends MediaLimits, TrackStyleOptions {
  readonly AVI_CODEC: AviCodec;
  readonly JPEG_QUALITY: number;
  readonly PREVIEW: 'on-demand' | 'eager';
  readonly PREVIEW_HEIGHT: number;
}

/**
 * The last stage. Writes annotated frames as `tar_frame/tar_<n>.jpg` (if frames are stored), the video as
 * `target/target_<id>.avi`, and files for the pages: `preview/summary.json`, small images `preview/peak_<n>.jpg` and
 * `preview/track_<id>.jpg`, with PREVIEW=eager `preview/video.mp4`, and `preview/clean.mp4` if browsers cannot play the
 * source.
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
    const video =
      job.video ?? (await probe(await this.workspace.source(id), { signal, limits: this.options }));
    const { _id, precision, frameFiles } = job;
    const described = {
      ...{ _id, video },
      ...(precision && { precision }),
      ...(frameFiles !== undefined && { frameFiles }),
    };
    const source = await JobFrames.open(this.workspace, described, this.options);
    const total = source.timeline.frames;
    progress(0, total);
    const artifacts = [...(source.stored ? (['tar_frame'] as const) : []), 'target', 'preview'] as const;
    for (const folder of artifacts) await mkdir(attempt.path(folder));
    const copies = video.playback === 'copy';
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
        return this.annotate({ id, job: described, source, attempt, signal, annotated });
      },
      async (signal) => {
        if (!copies) return;
        const copied = (frames: number) => {
          done.copied = frames;
          report();
        };
        const target = attempt.path('preview', CLEAN_VIDEO);
        await this.renderer.render({ job: described, boxes: undefined, target, signal, progress: copied });
      },
    ]);
    return {
      artifacts,
      detections: { total: found, classes: classes.map(toCount) },
    };
  }

  /** Writes the annotated frames, the video with boxes and the summary. */
  private async annotate({ id, job, source, attempt, signal, annotated }: Annotation): Promise<Summary> {
    const { video: facts, precision } = job;
    const total = source.timeline.frames;
    const outputs = this.outputs(id, source, attempt);
    const sound = this.workspace.path(id, 'sound.flac');
    const video = openVideo({
      ...{ ...facts, outputs, signal, threads: cpuLimit(), limits: this.options },
      ...((await exists(sound)) && { sound }),
    });
    const tracked = await exists(this.workspace.path(id, 'tracks.json'));
    const summarizer = new Summarizer(facts.frameRate.num / facts.frameRate.den, { tracked });
    try {
      const detections = this.detections(id, total);
      const { JPEG_QUALITY: quality } = this.options;
      const trackImages = await TrackImages.of(attempt, this.workspace.path(id, 'tracks.json'));
      const frames = annotatedFrames({
        source,
        detections,
        attempt,
        quality,
        style: this.options,
        trackImages,
        signal,
      });
      let done = 0;
      for await (const { jpeg, detections } of frames) {
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
    await this.summarize(id, summary, { facts, source, attempt, signal });
    return summary;
  }

  private outputs(id: string, source: JobFrames, attempt: Attempt): VideoOutput[] {
    const codec = source.stored ? this.options.AVI_CODEC : 'mjpeg'; // frames are read from the AVI
    const { PREVIEW, PREVIEW_HEIGHT: shortSide } = this.options;
    const avi = { container: 'avi', target: attempt.path('target', targetName(id)), codec } as const;
    const mp4 = { container: 'mp4', target: attempt.path('preview', PREVIEW_VIDEO), shortSide } as const;
    return PREVIEW === 'eager' ? [avi, mp4] : [avi];
  }

  /** Writes the summary and the images of its peaks. */
  private async summarize(
    id: string,
    summary: Summary,
    {
      facts,
      source,
      attempt,
      signal,
    }: Pick<Annotation, 'source' | 'attempt' | 'signal'> & { facts: VideoFacts },
  ): Promise<void> {
    const avi = attempt.path('target', targetName(id));
    const images = summary.peaks.map(({ frame }, n) => ({
      from: source.stored
        ? attempt.path('tar_frame', tarName(frame))
        : { avi, frame, frameRate: facts.frameRate },
      to: attempt.path('preview', peakName(n)),
    }));
    await shrinkFrames(images, { ...facts, longSide: PEAK_SIZE, signal, limits: this.options });
    const file = attempt.path('preview', SUMMARY);
    await writeFile(file, JSON.stringify(summary));
    await sync(file);
  }

  /** The detections of each frame, with labels and scores if known, otherwise from the txts. */
  private async *detections(id: string, total: number): AsyncGenerator<FrameDetections> {
    const scored = this.workspace.path(id, 'detections.ndjson');
    if (await exists(scored)) {
      yield* readFrames(scored);
      return;
    }
    for (let n = 0; n < total; n++) {
      const txt = await readFile(this.workspace.path(id, 'txts', txtName(n)), 'utf8');
      const boxes = parseTxt(txt).map(({ box, classIndex }) => ({
        ...{ box, classIndex, label: `class ${classIndex}`, score: NaN },
      }));
      yield { n, boxes };
    }
  }
}

function toCount({ label, count, objects }: Summary['classes'][number]) {
  return { label, count, ...(objects !== undefined && { objects }) };
}

interface Annotation {
  readonly id: string;
  readonly job: DecodedJob & Pick<Job, 'precision'>;
  readonly source: JobFrames;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
  /** Called with the number of frames done. */
  readonly annotated: (frames: number) => void;
}
