import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderBytes, jobFolders } from './inventory';
import { MARK, makeMark, readMark } from './mark';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'volume-'))));
afterEach(() => rm(root, { recursive: true }));

describe('makeMark', () => {
  it('marks a volume once, even if called concurrently', async () => {
    expect(await readMark(root)).toBeUndefined();
    const marks = await Promise.all(Array.from({ length: 20 }, () => makeMark(root)));
    expect(new Set(marks).size).toBe(1);
    expect(await readMark(root)).toBe(marks[0]);
    expect((await readdir(root)).sort()).toEqual([MARK, '.incoming'].sort());
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
  });

  it('creates the folder', async () => {
    const mark = await makeMark(join(root, 'new/volume'));
    expect(await readMark(join(root, 'new/volume'))).toBe(mark);
    expect(await makeMark(root)).not.toBe(mark);
  });
});

describe('inventory', () => {
  it('lists folders of jobs with the time of their last change', async () => {
    const id = 'a'.repeat(24);
    await mkdir(join(root, id));
    const then = new Date('2026-01-02T03:04:05Z');
    await utimes(join(root, id), then, then);
    for (const other of ['.incoming', 'b'.repeat(23), 'G'.repeat(24)]) await mkdir(join(root, other));
    await writeFile(join(root, 'c'.repeat(24)), '');
    const found = [];
    for await (const folder of jobFolders(root)) found.push(folder);
    expect(found).toEqual([{ id, changedAt: then }]);
  });

  it('adds up the files of a folder at any depth, without following links', async () => {
    await mkdir(join(root, 'job/txts'), { recursive: true });
    await writeFile(join(root, 'job/a'), 'x'.repeat(10));
    await writeFile(join(root, 'job/txts/b'), 'x'.repeat(200));
    await writeFile(join(root, 'outside'), 'x'.repeat(3000));
    await symlink(root, join(root, 'job/up'));
    const bytes = await folderBytes(join(root, 'job'));
    expect(bytes).toBeGreaterThanOrEqual(210);
    expect(bytes).toBeLessThan(3000);
    expect(await folderBytes(join(root, 'nowhere'))).toBe(0);
  });
});
