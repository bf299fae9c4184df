import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mongoose';
import { EmbeddedMongo } from '#embedded-mongo';
import { Job, JobRepository, JobSchema } from '#jobs';

export interface TestDatabase {
  readonly uri: string;
  readonly connection: Connection;
  readonly jobs: JobRepository;
  /** Changes a record behind the repository's back, as time or another program would. */
  edit(id: string, update: object): Promise<void>;
  raw(id: string): Promise<Record<string, unknown> | null>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A database of its own for a test file: the embedded server over the wire, or that of MONGODB_URI. */
export async function startDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'boxreel-db-'));
  const given = process.env.MONGODB_URI;
  const server = given === undefined ? await EmbeddedMongo.open({ dataDir, port: 0 }) : undefined;
  const uri = given ?? server?.uri ?? '';
  const connection = await createConnection(uri, { dbName: `test_${process.pid}` }).asPromise();
  const model = connection.model<Job>(Job.name, JobSchema);
  await model.init();
  const objectId = (id: string) => new connection.base.Types.ObjectId(id);
  return {
    uri,
    connection,
    jobs: new JobRepository(model),
    edit: async (id, update) => {
      await model.collection.updateOne({ _id: objectId(id) }, update);
    },
    raw: (id) => model.collection.findOne({ _id: objectId(id) }),
    clear: async () => {
      await model.deleteMany({});
    },
    close: async () => {
      await connection.dropDatabase();
      await connection.close();
      await server?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
