import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { encodeFrame, formatTxt } from '#annotation';
import type { Detection } from '#detection';
import { mapOrdered } from '#flow';
import { type StageContext, type StageHandler, type StageOutcome } from '#stage';
import { Workspace, frameName, sync, txtName, type Attempt } from '#workspace';
import { EngineService, type Look } from './engine.service';

/** The second stage: what is on each frame, as `txts/infer<n>.txt` and, with scores, as `detections.ndjson`. */
@Injectable()
export class DetectHandler implements StageHandler {
  readonly stage = 'infer';

  constructor(
    private readonly workspace: Workspace,
    private readonly engine: EngineService,
  ) {}

  async run({ id, job, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const total = await this.workspace.countFrames(id);
    progress(0, total);
    const look = await this.engine.prepare(job.options, signal);
    await mkdir(attempt.path('txts'));
    const groups = mapOrdered(
      frameGroups(total, job.options?.frameStep ?? 1),
      look.concurrency,
      async (frames) => ({ frames, detections: await this.detect(id, frames, look, attempt) }),
      signal,
    );
    const scores = attempt.path('detections.ndjson');
    await pipeline(
      Readable.from(
        lines(groups, (done) => {
          progress(done, total);
        }),
      ),
      createWriteStream(scores),
      { signal },
    );
    await sync(scores);
    return { artifacts: ['txts', 'detections.ndjson'] };
  }

  /** Looks at the first frame of a group; the others carry its boxes over. */
  private async detect(
    id: string,
    frames: readonly number[],
    look: Look,
    attempt: Attempt,
  ): Promise<readonly Detection[]> {
    const [first = 0] = frames;
    const detections = await look.at(this.workspace.path(id, 'src_frame', frameName(first)));
    const txt = formatTxt(detections);
    for (const n of frames) await writeFile(attempt.path('txts', txtName(n)), txt);
    return detections;
  }
}

/** The numbers 0..total-1 in groups of `step`, the last one perhaps smaller. */
function* frameGroups(total: number, step: number): Generator<number[]> {
  for (let first = 0; first < total; first += step) {
    yield Array.from({ length: Math.min(step, total - first) }, (_, offset) => first + offset);
  }
}

async function* lines(
  groups: AsyncIterable<{ frames: readonly number[]; detections: readonly Detection[] }>,
  onFrame: (done: number) => void,
): AsyncGenerator<string> {
  for await (const { frames, detections } of groups) {
    for (const n of frames) {
      yield encodeFrame(n, detections);
      onFrame(n + 1);
    }
  }
}
