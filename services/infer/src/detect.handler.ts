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
import { EngineService } from './engine.service';

/** The second stage: what is on each frame, as `txts/infer<n>.txt` and, with scores, as `detections.ndjson`. */
@Injectable()
export class DetectHandler implements StageHandler {
  readonly stage = 'infer';

  constructor(
    private readonly workspace: Workspace,
    private readonly engine: EngineService,
  ) {}

  async run({ id, attempt, signal, progress }: StageContext): Promise<StageOutcome> {
    const total = await this.workspace.countFrames(id);
    progress(0, total);
    await mkdir(attempt.path('txts'));
    const frames = mapOrdered(
      Array(total).keys(),
      this.engine.concurrency,
      (n) => this.detect(id, n, attempt, signal),
      signal,
    );
    const scores = attempt.path('detections.ndjson');
    await pipeline(
      Readable.from(
        lines(frames, (done) => {
          progress(done, total);
        }),
      ),
      createWriteStream(scores),
      { signal },
    );
    await sync(scores);
    return { artifacts: ['txts', 'detections.ndjson'] };
  }

  private async detect(
    id: string,
    n: number,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<readonly Detection[]> {
    const detections = await this.engine.detect(this.workspace.path(id, 'src_frame', frameName(n)), signal);
    await writeFile(attempt.path('txts', txtName(n)), formatTxt(detections));
    return detections;
  }
}

async function* lines(
  frames: AsyncIterable<readonly Detection[]>,
  onFrame: (done: number) => void,
): AsyncGenerator<string> {
  let n = 0;
  for await (const detections of frames) {
    yield encodeFrame(n++, detections);
    onFrame(n);
  }
}
