import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

interface Volume {
  readonly _id: string;
  readonly mark: string;
}

/** The mark of the volume that belongs to this database, in a collection of its own. */
@Injectable()
export class VolumeMarks {
  readonly collection = 'hs_volume';

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** Name of the database, for messages. */
  get databaseName(): string {
    return this.connection.name;
  }

  /** @returns the stored mark, if any */
  async find(): Promise<string | undefined> {
    return (await this.volumes.findOne({ _id: 'volume' }))?.mark;
  }

  /** Stores the mark unless the database has one. @returns the mark in the database */
  async store(mark: string): Promise<string | undefined> {
    const found = await this.volumes.findOneAndUpdate(
      { _id: 'volume' },
      { $setOnInsert: { mark } },
      { upsert: true, returnDocument: 'after' },
    );
    return found?.mark;
  }

  private get volumes() {
    return this.connection.collection<Volume>(this.collection);
  }
}
