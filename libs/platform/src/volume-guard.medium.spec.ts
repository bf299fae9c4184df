import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { VolumeMarks } from '#jobs';
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
  new Guard(new VolumeMarks(database.connection), new Workspace(join(root, folder))).onModuleInit();

it('pairs a new volume with a new database while all services start at the same time', async () => {
  await Promise.all(Array.from({ length: 6 }, () => start('volume')));
  await start('volume'); // a restart
});

it('rejects a folder without the volume mounted, and says what to do', async () => {
  await start('volume');
  await mkdir(join(root, 'empty'));
  await expect(start('empty')).rejects.toThrow(WrongVolumeError);
  await expect(start('empty')).rejects.toThrow(
    /empty \(VOLUME_DIR\) is not the volume.*Is the volume mounted\?.*hs_volume/,
  );
});

it('rejects the volume of a different database', async () => {
  const other = await startDatabase();
  try {
    await start('volume');
    await start('other volume', other);
    await expect(start('volume', other)).rejects.toThrow(
      /belongs to a different database.*MONGODB_URI.*correct\?/,
    );
  } finally {
    await other.close();
  }
});

it('starts over after the document in the message is removed', async () => {
  await start('volume');
  await db.connection.collection('hs_volume').deleteMany({});
  await start('other volume');
  await expect(start('volume')).rejects.toThrow(MARK);
});

it('waits while the volume cannot be read', async () => {
  await mkdir(join(root, 'volume', MARK), { recursive: true }); // reading it as a file fails
  const started = start('volume');
  await expect(
    Promise.race([started, new Promise((resolve) => setImmediate(resolve, 'waits'))]),
  ).resolves.toBe('waits');
  await rm(join(root, 'volume', MARK), { recursive: true });
  await started;
});
