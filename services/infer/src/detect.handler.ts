import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { encodeFrame, formatTxt } from '#annotation';
import { mapOrdered } from '#flow';
import { readTimeline } from '#media';
import { type StageContext, type StageHandler, type StageOutcome } from '#stage';
import { FramesMissingError, Workspace, frameName, sync, txtName, type Attempt } from '#workspace';
import { EngineService } from './engine.service';
import { frameGroups, type DetectedGroup } from './frame-groups';
import { warningsOf } from './precision-warning';
import { basisOf, detectedBefore, writeBasis } from './resume';

/** Concurrent writes of groups copied from a predecessor. */
const COPIES_AT_ONCE = 8;

/** For records without a frame rate; detections do not depend on it. */
const DEFAULT_RATE = { num: 25, den: 1 };

/**
 * The second stage: writes the detections of each frame as `txts/infer<n>.txt` and, with scores, as
 * `detections.ndjson`. Resumes after the detections of an aborted attempt.
 */
@Injectable()
export class DetectHandler implements StageHandler {
  readonly stage = 'infer';
  readonly resumable = true;

  constructor(
    private readonly workspace: Workspace,
    private readonly engine: EngineService,
  ) {}

  async run(context: StageContext): Promise<StageOutcome> {
    const { id, job, attempt, signal, progress } = context;
    const total = await this.workspace.countFrames(id);
    const rate = job.video?.frameRate ?? DEFAULT_RATE;
    const timeline = await readTimeline(this.workspace.path(id, 'timeline.json'), rate, total);
    if (timeline.frames !== total) throw new FramesMissingError(Math.min(timeline.frames, total));
    progress(0, total);
    const detector = await context.untimed(this.engine.prepare(job.options, signal, job.precision));
    const { precision } = detector;
    if (job.precision === undefined) await context.record({ precision });
    const step = job.options?.frameStep ?? 1;
    const basis = basisOf(job, detector.basis, total);
    await writeBasis(attempt, basis);
    await mkdir(attempt.path('txts'));

    /** Runs detection on the first frame of a group; the others reuse its boxes. */
    const detectGroup = async (frames: readonly number[]) => {
      const [first = 0] = frames;
      const found = await detector.detect(this.workspace.path(id, 'src_frame', frameName(first)));
      return writeTxts(attempt, { frames, ...found });
    };
    async function* lines(): AsyncGenerator<string> {
      let done = 0;
      const earlier = detectedBefore(attempt, basis, frameGroups(timeline, step));
      const copy = (group: DetectedGroup) => writeTxts(attempt, group);
      for await (const group of mapOrdered(earlier, COPIES_AT_ONCE, copy, signal)) {
        yield encode(group);
        done += group.frames.length;
      }
      if (done > 0) context.resumed(done, total);
      for await (const group of mapOrdered(
        frameGroups(timeline, step, done),
        detector.concurrency,
        detectGroup,
        signal,
      )) {
        yield encode(group);
        done += group.frames.length;
        progress(done, total);
      }
    }

    const scores = attempt.path('detections.ndjson');
    await pipeline(Readable.from(lines()), createWriteStream(scores), { signal });
    await sync(scores);
    return { artifacts: ['txts', 'detections.ndjson'], precision, warnings: warningsOf(job, precision) };
  }
}

/** Writes the txt of every frame of a group. */
async function writeTxts(attempt: Attempt, group: DetectedGroup): Promise<DetectedGroup> {
  const txt = formatTxt(group.detections);
  for (const n of group.frames) await writeFile(attempt.path('txts', txtName(n)), txt);
  return group;
}

/** The lines of a group's frames. */
function encode({ frames, detections, low }: DetectedGroup): string {
  return frames.map((n) => encodeFrame(n, detections, low)).join('');
}
