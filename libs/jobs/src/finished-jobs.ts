import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { DELETING, deleteUpdate } from './deletion';
import { Job } from './job.schema';
import { hasJobId } from './ids';
import { FINAL } from './lifecycle';

/** A job that nobody works on any more. */
export interface FinishedJob {
  readonly id: string;
  /** By the clock of the database. */
  readonly endedAt: Date;
  /** Bytes of its folder; undefined until they were counted. */
  readonly bytes: number | undefined;
}

/** Jobs that have ended, for those who clear up. */
@Injectable()
export class FinishedJobs {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /** All of them, in the order of their arrival. */
  async *list(): AsyncGenerator<FinishedJob> {
    const found = this.jobs
      .find({ STATUS: { $in: FINAL } }, { PROCESS_END: 1, error: 1, bytes: 1 })
      .sort({ _id: 1 })
      .lean<Job[]>()
      .cursor();
    for await (const { _id, PROCESS_END, error, bytes } of found) {
      yield { id: _id.toHexString(), endedAt: PROCESS_END ?? error?.at ?? _id.getTimestamp(), bytes };
    }
  }

  /** Whether a job has ended and is there now. */
  async hasEnded(id: string): Promise<boolean> {
    return (await this.jobs.exists({ _id: new Types.ObjectId(id), STATUS: { $in: FINAL } })) !== null;
  }

  /** Notes how large the folder of a job is. */
  async setBytes(id: string, bytes: number): Promise<void> {
    await this.jobs.updateOne({ _id: new Types.ObjectId(id), STATUS: { $in: FINAL } }, { $set: { bytes } });
  }

  /** Deletes a job as `JobRepository.delete` does, unless it was restarted. @returns whether this call deleted it */
  async remove(id: string): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), STATUS: { $in: FINAL } };
    return (await this.jobs.updateOne(filter, deleteUpdate(), { updatePipeline: true })).matchedCount === 1;
  }

  /** Ids of deleted jobs whose files may still be on the volume. */
  async deleted(): Promise<string[]> {
    const found = await this.jobs.find({ STATUS: DELETING }, { _id: 1 }).lean<Job[]>();
    return found.filter(hasJobId).map(({ _id }) => _id.toHexString());
  }

  /** Removes the record of a deleted job for good. To be called once its files are out of sight; may be repeated. */
  async forget(id: string): Promise<void> {
    await this.jobs.deleteOne({ _id: new Types.ObjectId(id), STATUS: DELETING });
  }

  /** Those of some ids that are no job's, finished or not. */
  async unknown(ids: readonly string[]): Promise<string[]> {
    const found = await this.jobs
      .find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } }, { _id: 1 })
      .lean<Job[]>();
    const known = new Set(found.map(({ _id }) => _id.toHexString()));
    return ids.filter((id) => !known.has(id));
  }
}
