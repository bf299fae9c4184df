import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { encodeFrame, formatTxt, writeTracks, type FrameDetections } from '#annotation';
import { cpuLimit } from '#config';
import { createEventCounter, writeEvents } from '#events';
import { mapOrdered } from '#flow';
import { JobFrames, type FrameLimits } from '#frames';
import { CONFIG } from '#platform';
import { type StageContext, type StageHandler, type StageOutcome } from '#stage';
import { Workspace, sync, txtName, type Artifact } from '#workspace';
import { EngineService } from './engine.service';
import { frameGroups, type DetectedGroup } from './frame-groups';
import { groupImages, type GroupImage } from './group-images';
import { warningsOf } from './precision-warning';
import { basisOf, detectedBefore, keepGroups, writeBasis } from './resume';
import { heldLines } from './tracking/held-lines';
import { trackLines } from './tracking/track-lines';
import { TrackList } from './tracking/track-list';
import { trackerOptions } from './tracking/tracker-options';

/** Concurrent writes of txt files. */
const WRITES_AT_ONCE = 8;

/**
 * The second stage: detects objects, and tracks them over the whole video. Writes the boxes of each frame as
 * `txts/infer<n>.txt` and, with scores and tracks, as `detections.ndjson`; and the tracks as `tracks.json`. Resumes after the
 * detections of an aborted attempt, and tracks from the start again, which takes a fraction of the time.
 */
@Injectable()
export class DetectHandler implements StageHandler {
  readonly stage = 'infer';
  readonly resumable = true;

  constructor(
    private readonly workspace: Workspace,
    private readonly engine: EngineService,
    @Inject(CONFIG) private readonly limits: FrameLimits,
  ) {}

  async run(context: StageContext): Promise<StageOutcome> {
    const { job, attempt, signal, progress } = context;
    const source = await JobFrames.open(this.workspace, job, this.limits);
    const { timeline } = source;
    const total = timeline.frames;
    progress(0, total);
    const detector = await context.untimed(this.engine.prepare(job.options, signal, job.precision));
    const { precision } = detector;
    if (job.precision === undefined) await context.record({ precision });
    const step = job.options?.frameStep ?? 1;
    const basis = basisOf(job, detector.basis, total);
    await writeBasis(attempt, basis);
    await mkdir(attempt.path('txts'));

    const detectGroup = async ({ frames, image, release }: GroupImage): Promise<DetectedGroup> => {
      const found = await detector.detect(image);
      release();
      return { frames, ...found };
    };
    /** Runs detection on the first frame of each group; the others have no detections of their own. */
    async function* detected(): AsyncGenerator<DetectedGroup> {
      let done = 0;
      for await (const group of detectedBefore(attempt, basis, frameGroups(timeline, step))) {
        yield group;
        done += group.frames.length;
      }
      if (done > 0) context.resumed(done, total);
      const images = groupImages(source, { step, from: done, detector, threads: cpuLimit(), signal });
      for await (const group of mapOrdered(images, detector.concurrency, detectGroup, signal)) {
        yield group;
        done += group.frames.length;
        progress(done, total);
      }
    }

    const artifacts = await this.writeResults(context, source, keepGroups(attempt, detected()));
    return { artifacts, precision, warnings: warningsOf(job, precision) };
  }

  /** Tracks the detections, if wanted, and writes them. @returns the artifacts */
  private async writeResults(
    { job, attempt, signal }: StageContext,
    source: JobFrames,
    detected: AsyncIterable<DetectedGroup>,
  ): Promise<StageOutcome['artifacts']> {
    const { timeline } = source;
    const frameRate = timeline.frameRate.num / timeline.frameRate.den;
    const options = trackerOptions(job.options, frameRate);
    const lines = options
      ? trackLines(detected, { timeline, size: source.size, options })
      : heldLines(detected);
    const tracks = new TrackList(frameRate);
    const layout = options && job.options?.layout;
    const counter = layout && createEventCounter(layout, { frameRate, size: source.size });
    const write = async (line: FrameDetections): Promise<string> => {
      tracks.add(line);
      counter?.update(line.n, line.boxes);
      await writeFile(attempt.path('txts', txtName(line.n)), formatTxt(line.boxes));
      return encodeFrame(line.n, line.boxes, line.low);
    };
    const written = Readable.from(mapOrdered(lines, WRITES_AT_ONCE, write, signal));
    await pipeline(written, createWriteStream(attempt.path('detections.ndjson')), { signal });
    const artifacts: Artifact[] = ['txts', 'detections.ndjson'];
    if (options) {
      await writeTracks(attempt.path('tracks.json'), tracks.list());
      artifacts.push('tracks.json');
    }
    if (counter) {
      await writeEvents(attempt.path('events.json'), { layout, frameRate, ...counter.finish() });
      artifacts.push('events.json');
    }
    for (const file of artifacts.slice(1)) await sync(attempt.path(file));
    return artifacts;
  }
}
