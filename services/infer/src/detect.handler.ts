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
import { frameGroups, type LookedAt } from './frame-groups';
import { basisOf, doneBefore, writeBasis } from './resume';

/** Frames taken over from a predecessor that are written at once. */
const COPIES_AT_ONCE = 8;

/** Of a record that does not tell its rate: no detection depends on it. */
const UNKNOWN_RATE = { num: 25, den: 1 };

/**
 * The second stage: what is on each frame, as `txts/infer<n>.txt` and, with scores, as `detections.ndjson`. Where an
 * earlier attempt was broken off, its detections are taken over and the work goes on after them.
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
    const rate = job.video?.frameRate ?? UNKNOWN_RATE;
    const timeline = await readTimeline(this.workspace.path(id, 'timeline.json'), rate, total);
    if (timeline.frames !== total) throw new FramesMissingError(Math.min(timeline.frames, total));
    progress(0, total);
    const look = await context.untimed(this.engine.prepare(job.options, signal));
    const step = job.options?.frameStep ?? 1;
    const basis = basisOf(job, look.basis, total);
    await writeBasis(attempt, basis);
    await mkdir(attempt.path('txts'));

    /** Looks at the first frame of a group; the others carry its boxes over. */
    const lookAt = async (frames: readonly number[]) => {
      const [first = 0] = frames;
      const detections = await look.at(this.workspace.path(id, 'src_frame', frameName(first)));
      return keep(attempt, { frames, detections });
    };
    async function* lines(): AsyncGenerator<string> {
      let done = 0;
      const known = doneBefore(attempt, basis, frameGroups(timeline, step));
      for await (const group of mapOrdered(known, COPIES_AT_ONCE, (found) => keep(attempt, found), signal)) {
        yield encode(group);
        done += group.frames.length;
      }
      if (done > 0) context.resumed(done, total);
      for await (const group of mapOrdered(
        frameGroups(timeline, step, done),
        look.concurrency,
        lookAt,
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
    return { artifacts: ['txts', 'detections.ndjson'] };
  }
}

/** Writes the txt of every frame of a group. */
async function keep(attempt: Attempt, group: LookedAt): Promise<LookedAt> {
  const txt = formatTxt(group.detections);
  for (const n of group.frames) await writeFile(attempt.path('txts', txtName(n)), txt);
  return group;
}

/** The lines of a group's frames. */
function encode({ frames, detections }: LookedAt): string {
  return frames.map((n) => encodeFrame(n, detections)).join('');
}
