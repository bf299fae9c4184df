import { Inject, Injectable } from '@nestjs/common';
import {
  TrackStyle,
  bestScores,
  drawDetections,
  findTracks,
  isAbove,
  readFrames,
  type BestScores,
  type Drawn,
  type TrackStyleOptions,
  type TrackedDetection,
} from '#annotation';
import { cpuLimit } from '#config';
import { JobFrames } from '#frames';
import type { Job, JobVideo, RenderingOptions } from '#jobs';
import { openVideo, type MediaLimits, type Timeline } from '#media';
import { CONFIG } from '#platform';
import { Workspace, sync } from '#workspace';
import { exists } from '../exists';

/** Frames decoded at the same time. */
const CONCURRENCY = cpuLimit() + 1;

export interface Mp4Options extends MediaLimits, TrackStyleOptions {
  readonly PREVIEW_HEIGHT: number;
}

/** What is needed of a job whose video was decoded. */
export type DecodedJob = Pick<Job, '_id' | 'frameFiles'> & { readonly video: JobVideo };

interface Rendering {
  readonly job: DecodedJob;
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
  async render({ job, boxes, target, signal, progress }: Rendering): Promise<void> {
    const id = job._id.toHexString();
    const source = await JobFrames.open(this.workspace, job, this.options);
    const total = source.timeline.frames;
    const sound = this.workspace.path(id, 'sound.flac');
    progress(0, total);
    const video = openVideo({
      ...job.video,
      input: 'rgb',
      outputs: [{ container: 'mp4', target, shortSide: this.options.PREVIEW_HEIGHT }],
      ...((await exists(sound)) && { sound }),
      ...{ signal, threads: cpuLimit(), limits: this.options },
    });
    const spans = this.spans(id, source.timeline, boxes);
    try {
      let done = 0;
      for await (const { rgb, release } of source.pixels({ threads: CONCURRENCY, signal })) {
        const span = await spans.next();
        if (span.done) throw new Error(`the source has more than ${source.timeline.sourceFrames} frames`);
        const { times, drawn } = span.value;
        drawDetections({ ...source.size, data: rgb }, drawn);
        for (let k = 0; k < times; k++) await video.write(rgb);
        release();
        progress((done += times), total);
      }
      await video.finish();
    } catch (error) {
      await video.abort();
      throw error;
    } finally {
      await spans.return(undefined);
    }
    await sync(target);
  }

  /** The source frames in order, with the detections to draw. */
  private async *spans(
    id: string,
    timeline: Timeline,
    boxes: RenderingOptions | undefined,
  ): AsyncGenerator<Span, void, undefined> {
    const best = bestScores(boxes && (await findTracks(this.workspace.path(id, 'tracks.json'))));
    const frames = boxes && readFrames(this.workspace.path(id, 'detections.ndjson'));
    const style = new TrackStyle(this.options, timeline.frameRate.num / timeline.frameRate.den);
    try {
      for (const { first, times } of timeline.spans()) {
        let drawn: readonly Drawn[] = [];
        for (let k = 0; frames && k < times; k++) {
          const next = await frames.next();
          if (next.done === true) throw new Error(`job ${id} has detections for ${first + k} frames only`);
          if (k > 0) continue;
          const { n, boxes: strong, low = [] } = next.value;
          drawn = style.add({ n, boxes: selected([...strong, ...low], boxes, best) });
        }
        yield { times, drawn };
      }
    } finally {
      await frames?.return();
    }
  }
}

/** How many output frames show a source frame, and what to draw on it. */
interface Span {
  readonly times: number;
  readonly drawn: readonly Drawn[];
}

/** The detections that an MP4 shows. */
function selected(
  detections: readonly TrackedDetection[],
  { score, classes }: RenderingOptions,
  best: BestScores,
): TrackedDetection[] {
  return detections.filter(
    (one) => isAbove(one, score, best) && (classes.length === 0 || classes.includes(one.label)),
  );
}
