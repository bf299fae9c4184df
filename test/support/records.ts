import { mkdir, writeFile } from 'node:fs/promises';
import { MongoClient, ObjectId, type Collection } from 'mongodb';
import { STAGES, TIMELINE, STATUSES, isFinal, stageOf, type Job, type Status } from '#jobs';
import type { Cluster } from './cluster';
import { newJob } from './database';
import { BLUE, jpeg } from './video';

const MINUTE = 60_000;

/** Writes records of jobs in any status for a test. No worker processes them. */
export class Records {
  private constructor(
    private readonly cluster: Cluster,
    private readonly client: MongoClient,
    private readonly jobs: Collection<Partial<Job>>,
  ) {}

  static async open(cluster: Cluster): Promise<Records> {
    const client = await MongoClient.connect(cluster.databaseUri);
    return new Records(cluster, client, client.db(cluster.databaseName).collection('hs_requests'));
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** A job with everything up to its status, including the files that its pages show. */
  async insert(STATUS: Status, FILENAME: string, values: Partial<Job> = {}): Promise<string> {
    const _id = new ObjectId();
    const { video, options } = newJob();
    const stage = stageOf(STATUS);
    const failed = stage && isFinal(STATUS);
    await this.jobs.insertOne({
      ...{ _id, FILENAME, STATUS, video, options, attempts: 1 },
      ...timesOf(STATUS),
      ...(!isFinal(STATUS) && { availableAt: new Date(Date.now() + 1000 * MINUTE) }),
      ...(STATUS === 'POSTPROCESSING_COMPLETE' && { TOTAL: 6 * MINUTE }),
      ...(failed && {
        error: { code: 'DECODE_FAILED', message: 'Frame 7 is broken.', stage, at: new Date() },
      }),
      ...values,
    });
    const id = _id.toHexString();
    await mkdir(this.cluster.workspace.path(id, 'src'), { recursive: true });
    await writeFile(this.cluster.workspace.path(id, 'thumbnail.jpg'), jpeg(BLUE));
    return id;
  }

  async set(id: string, values: Partial<Job>): Promise<void> {
    await this.jobs.updateOne({ _id: new ObjectId(id) }, { $set: values });
  }

  async clear(): Promise<void> {
    await this.jobs.deleteMany({});
  }
}

/** One minute per step; the last step is now. */
function timesOf(status: Status): Partial<Job> {
  const stage = stageOf(status);
  const reached = stage && isFinal(status) ? STAGES[stage].running : status;
  const steps = STATUSES.slice(0, STATUSES.indexOf(reached === 'CANCELLED' ? 'ENQUEUE' : reached) + 1);
  const fields = steps.flatMap((step) => TIMELINE[step]);
  const begin = Date.now() - steps.length * MINUTE;
  return Object.fromEntries(fields.map((field, n) => [field, new Date(begin + n * MINUTE)]));
}
