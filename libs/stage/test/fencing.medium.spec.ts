import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STAGES, STAGE_NAMES, newJobId, type StageName } from '#jobs';
import type { AttemptOutcome, StageHandler, StageObserver } from '#stage';
import { Attempts, Workspace, type Artifact } from '#workspace';
import { newJob } from '../../../test/support/database';
import { db, makeWorker, root, run, useWorkers, workspace } from './worker-harness';
import { options } from './worker-options';

/** Published artifacts of each stage: folders and a single file. */
const ARTIFACTS: Record<StageName, readonly Artifact[]> = {
  preprocess: ['src_frame', 'thumbnail.jpg'],
  infer: ['txts', 'detections.ndjson'],
  postprocess: ['tar_frame', 'target', 'preview'],
};

useWorkers();

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Freezes just before its n-th change of the volume while publishing. */
class FreezingAttempts extends Attempts {
  readonly frozen = signal();
  readonly thaw = signal();
  private publishing = false;
  private steps = 0;

  constructor(
    onVolume: Workspace,
    private readonly step: number,
  ) {
    super(onVolume);
  }

  override async publish(...args: Parameters<Attempts['publish']>): Promise<void> {
    this.publishing = true;
    await super.publish(...args);
  }

  protected override async move(from: string, to: string): Promise<boolean> {
    if (this.publishing && this.steps++ === this.step) {
      this.frozen.resolve();
      await this.thaw.promise;
    }
    return super.move(from, to);
  }
}

/** Writes its name into every artifact of the stage. */
function writer(stage: StageName, name: string): StageHandler {
  const artifacts = ARTIFACTS[stage];
  return {
    stage,
    run: async ({ attempt }) => {
      for (const artifact of artifacts) {
        if (artifact.includes('.')) await writeFile(attempt.path(artifact), name);
        else {
          await mkdir(attempt.path(artifact));
          await writeFile(attempt.path(artifact, 'file'), name);
        }
      }
      return { artifacts };
    },
  };
}

/** Starts a worker. @returns the outcome of its first attempt */
function startWorker(handler: StageHandler, attempts: Attempts): Promise<AttemptOutcome> {
  return new Promise((ended) => {
    const observer: StageObserver = {
      frames: () => undefined,
      ended: (_, outcome) => {
        ended(outcome);
      },
    };
    run(makeWorker({ handler, attempts, options, observer }));
  });
}

/** Content and inodes of the published artifacts of a stage. */
async function published(id: string, stage: StageName) {
  return Promise.all(
    ARTIFACTS[stage].map(async (artifact) => {
      const path = workspace.path(id, artifact);
      const file = artifact.includes('.') ? path : join(path, 'file');
      return {
        artifact,
        content: await readFile(file, 'utf8'),
        inodes: [(await stat(path)).ino, (await stat(file)).ino],
      };
    }),
  );
}

// Publishing an artifact takes two steps: move the old one away, move the new one in.
const points = STAGE_NAMES.flatMap((stage) =>
  ARTIFACTS[stage].flatMap((_, index) =>
    [2 * index, 2 * index + 1].flatMap((step) => [true, false].map((before) => ({ stage, step, before }))),
  ),
);

it.each(points)(
  '$stage: a worker frozen before step $step of publishing (existing artifacts: $before) cannot change what another worker published',
  async ({ stage, step, before }) => {
    const id = newJobId();
    await db.jobs.enqueue(id, newJob());
    await db.edit(id, { $set: { STATUS: STAGES[stage].waiting } });
    if (before) {
      const attempts = new Attempts(workspace);
      const earlier = await attempts.begin({ id, stage, number: 0, token: 'before' });
      const handler = writer(stage, 'before');
      const outcome = await handler.run({ id, attempt: earlier } as Parameters<StageHandler['run']>[0]);
      await attempts.publish(earlier, outcome.artifacts);
      await attempts.end(earlier);
    }

    const freezing = new FreezingAttempts(workspace, step);
    const loser = startWorker(writer(stage, 'loser'), freezing);
    await freezing.frozen.promise;
    await db.edit(id, { $set: { availableAt: new Date(0) } }); // its lease expires
    expect(await startWorker(writer(stage, 'winner'), new Attempts(workspace))).toBe('completed');

    const files = await published(id, stage);
    const record = await db.raw(id);
    freezing.thaw.resolve();
    expect(await loser).toBe('lost');
    expect(files.map(({ content }) => content)).toEqual(ARTIFACTS[stage].map(() => 'winner'));
    expect(await published(id, stage)).toEqual(files);
    expect(await db.raw(id)).toEqual(record);
    expect((await readdir(join(root, id))).sort()).toEqual([...ARTIFACTS[stage]].sort());
  },
);

it('a worker frozen before it creates its folder publishes nothing and leaves no files', async () => {
  const id = newJobId();
  await db.jobs.enqueue(id, newJob());
  const frozen = signal();
  const thaw = signal();
  const late = new (class extends Attempts {
    override async begin(...args: Parameters<Attempts['begin']>) {
      frozen.resolve();
      await thaw.promise;
      return super.begin(...args);
    }
  })(workspace);
  const loser = startWorker(writer('preprocess', 'loser'), late);
  await frozen.promise;
  await db.edit(id, { $set: { availableAt: new Date(0) } });
  expect(await startWorker(writer('preprocess', 'winner'), new Attempts(workspace))).toBe('completed');
  const files = await published(id, 'preprocess');
  thaw.resolve();
  expect(await loser).toBe('lost');
  expect(await published(id, 'preprocess')).toEqual(files);
  expect(await readdir(join(root, id))).toEqual(ARTIFACTS.preprocess);
});
