import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FramesMissingError, SourceMissingError } from './missing';
import { frameName, tarName, targetName, txtName } from './names';
import { Workspace } from './workspace';

const id = '64b000000000000000000001';
let root: string;
let workspace: Workspace;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'boxreel-workspace-'));
  workspace = new Workspace(root);
});
afterEach(() => rm(root, { recursive: true }));

async function admit(name: string, content = 'video'): Promise<void> {
  const arrival = await workspace.receive(name);
  await writeFile(arrival.path, content);
  await workspace.admit(id, arrival);
}

describe('Workspace', () => {
  it('uses the contract names', () => {
    expect([frameName(0), txtName(12), tarName(7), targetName(id)]).toEqual([
      'frame_0.jpg',
      'infer12.txt',
      'tar_7.jpg',
      `target_${id}.avi`,
    ]);
    expect(workspace.target(id)).toBe(join(root, id, 'target', `target_${id}.avi`));
  });

  it('admits an upload as <id>/src/<name> and leaves nothing in .incoming', async () => {
    await admit('한국어 clip.mp4');
    expect(await workspace.source(id)).toBe(join(root, id, 'src', '한국어 clip.mp4'));
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
  });

  it('keeps a path traversal in a file name inside the folder', async () => {
    await admit('../../etc/x.mp4');
    expect(await workspace.source(id)).toBe(join(root, id, 'src', 'x.mp4'));
  });

  it('reports a missing source', async () => {
    await expect(workspace.source(id)).rejects.toThrow(SourceMissingError);
  });

  it('counts the frames and reports a missing one', async () => {
    await expect(workspace.countFrames(id)).rejects.toThrow(FramesMissingError);
    await mkdir(workspace.path(id, 'src_frame'), { recursive: true });
    for (const n of [0, 1, 3]) await writeFile(workspace.path(id, 'src_frame', frameName(n)), '');
    await expect(workspace.countFrames(id)).rejects.toThrow('frame_2.jpg is not on the volume');
    await writeFile(workspace.path(id, 'src_frame', frameName(2)), '');
    expect(await workspace.countFrames(id)).toBe(4);
  });

  it('knows whether every frame has its detections', async () => {
    expect(await workspace.hasDetections(id, 1)).toBe(false);
    await mkdir(workspace.path(id, 'txts'), { recursive: true });
    for (const n of [0, 1]) await writeFile(workspace.path(id, 'txts', txtName(n)), '');
    expect(await workspace.hasDetections(id, 2)).toBe(true);
    expect(await workspace.hasDetections(id, 3)).toBe(false);
  });

  it('ignores a missing folder in remove()', async () => {
    await expect(workspace.remove(id)).resolves.toBeUndefined();
  });

  it('checks that the volume is writable and leaves no files', async () => {
    await workspace.check();
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
    await rm(root, { recursive: true });
    await writeFile(root, 'a file where the volume should be');
    await expect(workspace.check()).rejects.toThrow();
  });
});

describe('sweepIncoming', () => {
  const HOUR = 3_600_000;
  /** An upload with ages in ms of the last write to its folders and its file. */
  async function upload(folderAge: number, fileAge: number) {
    const arrival = await workspace.receive('a.mp4');
    await writeFile(arrival.path, 'half a vid');
    const ago = (ms: number) => new Date(Date.now() - ms);
    await utimes(arrival.path, ago(fileAge), ago(fileAge));
    for (const path of [dirname(arrival.path), arrival.folder])
      await utimes(path, ago(folderAge), ago(folderAge));
    return arrival.folder;
  }

  it('removes leftovers and keeps active uploads', async () => {
    const left = await upload(2 * HOUR, 2 * HOUR);
    const slow = await upload(2 * HOUR, 0);
    const young = await upload(0, 0);
    expect(await workspace.sweepIncoming(HOUR, HOUR)).toEqual({ removed: 1, errors: [] });
    expect([left, slow, young].map(existsSync)).toEqual([false, true, true]);
    expect((await readdir(root)).filter((name) => name !== '.incoming')).toEqual([]);
  });

  it('finishes an interrupted deletion, judged by its start time', async () => {
    const removal = join(root, '.incoming', `deleted-${id}-x`);
    await mkdir(removal, { recursive: true });
    await utimes(removal, 0, 0);
    expect(await workspace.sweepIncoming(HOUR, HOUR)).toEqual({ removed: 0, errors: [] });
    expect(await workspace.sweepIncoming(-1, HOUR)).toEqual({ removed: 1, errors: [] });
  });

  it('removes the test file of a killed process', async () => {
    await mkdir(join(root, '.incoming'));
    const probe = join(root, '.incoming', 'probe-x');
    await writeFile(probe, '');
    expect(await workspace.sweepIncoming(HOUR, HOUR)).toEqual({ removed: 0, errors: [] });
    await utimes(probe, 0, 0);
    expect(await workspace.sweepIncoming(HOUR, HOUR)).toEqual({ removed: 1, errors: [] });
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
  });

  it('does nothing on a new volume', async () => {
    expect(await workspace.sweepIncoming(HOUR, HOUR)).toEqual({ removed: 0, errors: [] });
  });
});
