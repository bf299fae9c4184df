import { STAGES, newJobId, type Job, type Lease } from '#jobs';
import { newJob, startDatabase, type TestDatabase } from '../../../test/support/database';

const { preprocess } = STAGES;

/** Age at which a job goes first. */
export const FAIR_AGE_MS = 3_600_000;

/** Jobs and their claims, in a database per test file that is cleared after every test. */
export class Queue {
  db!: TestDatabase;

  constructor() {
    beforeAll(async () => {
      this.db = await startDatabase();
    });
    afterEach(() => this.db.clear());
    afterAll(() => this.db.close());
  }

  readonly enqueue = async (name = 'clip.mp4', frames = 50, frameStep = 1): Promise<string> => {
    const id = newJobId();
    const job = newJob(name);
    const [video, options] = [
      { ...job.video, frames },
      { ...job.options, frameStep },
    ];
    await this.db.jobs.enqueue(id, { ...job, video, options });
    return id;
  };

  /** Number of records the database has read so far. */
  readonly scanned = async (): Promise<number> => {
    const status = await this.db.connection.db!.admin().command({ serverStatus: 1 });
    return (status as { metrics: { queryExecutor: { scannedObjects: number } } }).metrics.queryExecutor
      .scannedObjects;
  };

  readonly claim = (stage = preprocess, token = 'token', maxAttempts = 3): Promise<Job | undefined> =>
    this.db.jobs.claim(stage, {
      owner: 'worker',
      token,
      leaseMs: 60_000,
      maxAttempts,
      fairAgeMs: FAIR_AGE_MS,
    });
}

export const lease = (id: string, token = 'token', stage = preprocess): Lease => ({
  id,
  stage: stage.name,
  token,
});
