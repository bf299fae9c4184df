import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartialUploads } from './partial-uploads';
import { Workspace } from './workspace';

const ID = '0123456789abcdef'.repeat(2);
const JOB = '64b000000000000000000001';
const announcement = { name: '../a/휴가.mp4', size: 10, metadata: { score: '0.3', x: null }, announcedAt: 1 };

let workspace: Workspace;
let partials: PartialUploads;

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'boxreel-partial-')));
  partials = new PartialUploads(workspace);
});
afterEach(() => rm(workspace.root, { recursive: true }));

it('stores the announcement and reports the received bytes', async () => {
  expect(await partials.find(ID)).toBeUndefined();
  await partials.create(ID, announcement);
  const begun = await partials.find(ID);
  expect(begun).toMatchObject({ ...announcement, id: ID, offset: 0, settled: false });
  await appendFile(begun!.path, 'half');
  expect(await new PartialUploads(workspace).find(ID)).toMatchObject({ offset: 4 });
});

it('passes a complete file to a job without losing it if the process is killed', async () => {
  await partials.create(ID, announcement);
  const upload = (await partials.find(ID))!;
  await appendFile(upload.path, '0123456789');
  const arrival = await partials.arrive(upload);
  expect(await partials.find(ID)).toMatchObject({ offset: 10, settled: false }); // another replica can continue here
  await workspace.admit(JOB, arrival);
  expect(await partials.find(ID)).toMatchObject({ offset: 10, settled: false }); // or here
  await partials.settle(upload);
  expect(await partials.find(ID)).toMatchObject({ ...announcement, offset: 10, settled: true });
  expect(await readFile(workspace.path(JOB, 'src', '휴가.mp4'), 'utf8')).toBe('0123456789');
  await partials.settle(upload);
  await expect(partials.arrive(upload)).rejects.toThrow('ENOENT');
  expect(await readdir(join(workspace.root, '.incoming'))).toEqual([`upload-${ID}`]);
  await partials.remove(ID);
  await partials.remove(ID);
  expect(await partials.find(ID)).toBeUndefined();
});

it.each(['..', '../..', 'x', ID.toUpperCase(), `${ID}/..`, ''])(
  'finds no upload with the id %j',
  async (id) => {
    await partials.create(ID, announcement);
    expect(await partials.find(id)).toBeUndefined();
  },
);

it('ignores an announcement that was only partly written', async () => {
  await partials.create(ID, announcement);
  await writeFile(join(workspace.root, '.incoming', `upload-${ID}`, 'upload.json'), '{"name": "a');
  expect(await partials.find(ID)).toBeUndefined();
});
