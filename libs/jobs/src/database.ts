import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

/** The connection to MongoDB, for health checks. */
@Injectable()
export class Database {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** @throws Error if the database does not respond */
  async ping(): Promise<void> {
    if (!this.connection.db) throw new Error('not connected');
    await this.connection.db.admin().ping();
  }
}
