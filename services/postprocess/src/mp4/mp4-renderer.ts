import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { decodeJpeg, drawDetections, FrameBuffers, readFrames } from '#annotation';
import { cpuLimit } from '#config';
import type { Detection } from '#detection';
import { mapOrdered } from '#flow';
import type { JobVideo, RenderingOptions } from '#jobs';
import { openVideo, readTimeline, type MediaLimits, type Timeline } from '#media';
import { CONFIG } from '#platform';
import { Workspace, frameName, sync } from '#workspace';
import { exists } from '../exists';

/** Frames decoded and drawn at the same time. */
const CONCURRENCY = cpuLimit() + 1;

export interface Mp4Options extends MediaLimits {
  readonly PREVIEW_HEIGHT: number;
}

interface Rendering {
  /** Id of the job. */
  readonly id: string;
  readonly video: JobVideo;
  /** The boxes to draw; undefined for none. */
  readonly boxes: RenderingOptions | undefined;
  /** The file to write; synced when `render` resolves. */
  readonly target: string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

/** Writes MP4s for browsers from the source frames of a job, with or without boxes. */
@Injectable()
export class Mp4Renderer {
  constructor(
    private readonly workspace: Workspace,
    @Inject(CONFIG) private readonly options: Mp4Options,
  ) {}

  /** @throws FramesMissingError, MediaError, AnnotationError; the reason of `signal` when aborted */
  async render({ id, video: facts, boxes, target, signal, progress }: Rendering): Promise<void> {
    const total = await this.workspace.countFrames(id);
    const timeline = await readTimeline(this.workspace.path(id, 'timeline.json'), facts.frameRate, total);
    const sound = this.workspace.path(id, 'sound.flac');
    progress(0, total);
    const video = openVideo({
      ...facts,
      input: 'rgb',
      outputs: [{ container: 'mp4', target, shortSide: this.options.PREVIEW_HEIGHT }],
      ...((await exists(sound)) && { sound }),
      ...{ signal, threads: cpuLimit(), limits: this.options },
    });
    const buffers = new FrameBuffers(facts);
    const draw = async ({ first, times, detections }: Span) => {
      const space = buffers.take();
      const jpeg = await readFile(this.workspace.path(id, 'src_frame', frameName(first)));
      const image = await decodeJpeg(jpeg, space.rgb);
      drawDetections(image, detections);
      return { space, times };
    };
    try {
      let done = 0;
      for await (const { space, times } of mapOrdered(
        this.spans(id, timeline, boxes),
        CONCURRENCY,
        draw,
        signal,
      )) {
        for (let k = 0; k < times; k++) await video.write(space.rgb);
        buffers.release(space);
        progress((done += times), total);
      }
      await video.finish();
    } catch (error) {
      await video.abort();
      throw error;
    }
    await sync(target);
  }

  /** The source frames in order, with the detections to draw. */
  private async *spans(
    id: string,
    timeline: Timeline,
    boxes: RenderingOptions | undefined,
  ): AsyncGenerator<Span> {
    const frames = boxes && readFrames(this.workspace.path(id, 'detections.ndjson'));
    try {
      for (const { first, times } of timeline.spans()) {
        let detections: readonly Detection[] = [];
        for (let k = 0; frames && k < times; k++) {
          const next = await frames.next();
          if (next.done === true) throw new Error(`job ${id} has detections for ${first + k} frames only`);
          if (k === 0) detections = selected([...next.value.boxes, ...(next.value.low ?? [])], boxes);
        }
        yield { first, times, detections };
      }
    } finally {
      await frames?.return();
    }
  }
}

/** A source frame: its first output frame, how many show it, and what to draw. */
interface Span {
  readonly first: number;
  readonly times: number;
  readonly detections: readonly Detection[];
}

/** The detections that an MP4 shows. One without a score is never below the threshold. */
function selected(detections: readonly Detection[], { score, classes }: RenderingOptions): Detection[] {
  return detections.filter(
    (one) => !(one.score <= score) && (classes.length === 0 || classes.includes(one.label)),
  );
}
