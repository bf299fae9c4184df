import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartialUploads } from './partial-uploads';
import { Workspace } from './workspace';

const ID = '0123456789abcdef'.repeat(2);
const JOB = '64b000000000000000000001';
const said = { name: '../a/휴가.mp4', size: 10, metadata: { score: '0.3', x: null }, announcedAt: 1 };

let workspace: Workspace;
let partials: PartialUploads;

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'boxreel-partial-')));
  partials = new PartialUploads(workspace);
});
afterEach(() => rm(workspace.root, { recursive: true }));

it('knows what was said of a file, and how much of it has arrived', async () => {
  expect(await partials.find(ID)).toBeUndefined();
  await partials.create(ID, said);
  const begun = await partials.find(ID);
  expect(begun).toMatchObject({ ...said, id: ID, offset: 0, settled: false });
  await appendFile(begun!.path, 'half');
  expect(await new PartialUploads(workspace).find(ID)).toMatchObject({ offset: 4 });
});

it('hands a whole file on to a job, and loses it at no moment', async () => {
  await partials.create(ID, said);
  const upload = (await partials.find(ID))!;
  await appendFile(upload.path, '0123456789');
  const arrival = await partials.arrive(upload);
  expect(await partials.find(ID)).toMatchObject({ offset: 10, settled: false }); // killed here, another may go on
  await workspace.admit(JOB, arrival);
  expect(await partials.find(ID)).toMatchObject({ offset: 10, settled: false }); // or here
  await partials.settle(upload);
  expect(await partials.find(ID)).toMatchObject({ ...said, offset: 10, settled: true });
  expect(await readFile(workspace.path(JOB, 'src', '휴가.mp4'), 'utf8')).toBe('0123456789');
  await partials.settle(upload);
  await expect(partials.arrive(upload)).rejects.toThrow('ENOENT');
  expect(await readdir(join(workspace.root, '.incoming'))).toEqual([`upload-${ID}`]);
  await partials.remove(ID);
  await partials.remove(ID);
  expect(await partials.find(ID)).toBeUndefined();
});

it.each(['..', '../..', 'x', ID.toUpperCase(), `${ID}/..`, ''])(
  'knows no upload by the id %j',
  async (id) => {
    await partials.create(ID, said);
    expect(await partials.find(id)).toBeUndefined();
  },
);

it('takes what was half written when somebody was killed for nothing', async () => {
  await partials.create(ID, said);
  await writeFile(join(workspace.root, '.incoming', `upload-${ID}`, 'upload.json'), '{"name": "a');
  expect(await partials.find(ID)).toBeUndefined();
});
