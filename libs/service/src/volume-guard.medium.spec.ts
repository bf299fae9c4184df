import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { MARK, Workspace } from '#workspace';
import { startDatabase, type TestDatabase } from '../../../test/support/database';
import { VolumeGuard, WrongVolumeError } from './volume-guard';

class Guard extends VolumeGuard {
  protected override readonly markAppearsInMs = 1;
}

let root: string;
let db: TestDatabase;

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guard-'));
  db = await startDatabase();
});
afterEach(async () => {
  await db.close();
  await rm(root, { recursive: true });
});

const start = (folder: string, database = db) =>
  new Guard(database.connection, new Workspace(join(root, folder))).onModuleInit();

it('marks a new volume and a new database for each other, with all services starting at once', async () => {
  await Promise.all(Array.from({ length: 6 }, () => start('volume')));
  await start('volume'); // and again
});

it('refuses a folder where the volume is not mounted, and says what to do', async () => {
  await start('volume');
  await mkdir(join(root, 'empty'));
  await expect(start('empty')).rejects.toThrow(WrongVolumeError);
  await expect(start('empty')).rejects.toThrow(
    /empty \(VOLUME_DIR\) is not the volume.*Is it mounted\?.*hs_volume/,
  );
});

it('refuses the volume of another database', async () => {
  const other = await startDatabase();
  try {
    await start('volume');
    await start('other volume', other);
    await expect(start('volume', other)).rejects.toThrow(/belongs to another database.*MONGODB_URI.*right\?/);
  } finally {
    await other.close();
  }
});

it('can be told to start over, as the message says', async () => {
  await start('volume');
  await db.connection.collection('hs_volume').deleteMany({});
  await start('other volume');
  await expect(start('volume')).rejects.toThrow(MARK);
});

it('waits for a volume that cannot be read', async () => {
  await mkdir(join(root, 'volume', MARK), { recursive: true }); // reading it as a file fails
  const started = start('volume');
  await expect(
    Promise.race([started, new Promise((resolve) => setImmediate(resolve, 'waits'))]),
  ).resolves.toBe('waits');
  await rm(join(root, 'volume', MARK), { recursive: true });
  await started;
});
