import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { createConnection, type Connection } from 'mongoose';
import { EmbeddedMongo } from '#packages/embedded-mongo';
import {
  FinishedJobs,
  Job,
  JobRepository,
  JobSchema,
  LayoutPreset,
  LayoutPresetSchema,
  LayoutPresets,
  Rendering,
  RenderingSchema,
  Renderings,
  type NewJob,
} from '#jobs';

export interface TestDatabase {
  readonly uri: string;
  readonly connection: Connection;
  readonly jobs: JobRepository;
  readonly finished: FinishedJobs;
  readonly renderings: Renderings;
  readonly presets: LayoutPresets;
  /** Changes a record directly, like time or another program. */
  edit(id: string, update: object): Promise<void>;
  raw(id: string): Promise<Record<string, unknown> | null>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Properties of a video that has just arrived. */
export function newJob(filename = 'clip.mp4'): NewJob {
  const video = {
    width: 640,
    height: 360,
    rotation: 0,
    frameRate: { num: 25, den: 1 },
    variableFrameRate: false,
    duration: 2,
    frames: 50,
    codec: 'h264',
    audio: false,
    sampleAspectRatio: { num: 1, den: 1 },
  };
  const options = { model: 'ssdlite-mobilenetv2', score: 0.5, classes: [], frameStep: 1 };
  return { filename, video, options, elapsedMs: 0 };
}

/** A separate database for a test file: the embedded server over the network, or MONGODB_URI. */
export async function startDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'boxreel-db-'));
  const given = process.env.MONGODB_URI;
  const server = given === undefined ? await EmbeddedMongo.open({ dataDir, port: 0 }) : undefined;
  const uri = given ?? server?.uri ?? '';
  const connection = await createConnection(uri, { dbName: `test_${process.pid}_${threadId}` }).asPromise();
  const model = connection.model<Job>(Job.name, JobSchema);
  const renderings = connection.model<Rendering>(Rendering.name, RenderingSchema);
  const presets = connection.model<LayoutPreset>(LayoutPreset.name, LayoutPresetSchema);
  await Promise.all([model.init(), renderings.init()]);
  const objectId = (id: string) => new connection.base.Types.ObjectId(id);
  return {
    uri,
    connection,
    jobs: new JobRepository(model),
    finished: new FinishedJobs(model, renderings),
    renderings: new Renderings(renderings),
    presets: new LayoutPresets(presets),
    edit: async (id, update) => {
      await model.collection.updateOne({ _id: objectId(id) }, update);
    },
    raw: (id) => model.collection.findOne({ _id: objectId(id) }),
    clear: async () => {
      await model.deleteMany({});
      await renderings.deleteMany({});
      await presets.deleteMany({});
    },
    close: async () => {
      await connection.dropDatabase();
      await connection.close();
      await server?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
