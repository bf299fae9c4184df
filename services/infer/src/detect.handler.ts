import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { encodeFrame, formatTxt } from '#annotation';
import { cpuLimit } from '#config';
import { mapOrdered } from '#flow';
import { JobFrames, type FrameLimits } from '#frames';
import { CONFIG } from '#platform';
import { type StageContext, type StageHandler, type StageOutcome } from '#stage';
import { Workspace, sync, txtName, type Attempt } from '#workspace';
import { EngineService } from './engine.service';
import { frameGroups, type DetectedGroup } from './frame-groups';
import { groupImages, type GroupImage } from './group-images';
import { warningsOf } from './precision-warning';
import { basisOf, detectedBefore, writeBasis } from './resume';

/** Concurrent writes of groups copied from a predecessor. */
const COPIES_AT_ONCE = 8;

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

    /** Runs detection on the first frame of a group; the others reuse its boxes. */
    const detectGroup = async ({ frames, image, release }: GroupImage) => {
      const found = await detector.detect(image);
      release();
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
      const images = groupImages(source, { step, from: done, detector, threads: cpuLimit(), signal });
      for await (const group of mapOrdered(images, detector.concurrency, detectGroup, signal)) {
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
