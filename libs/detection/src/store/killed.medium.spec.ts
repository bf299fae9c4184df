import { type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { modelsDir } from '../../../../test/support/model';
import { modelCommand, writeManifest } from '../../test/model-command';
import { broken, manifestOf, type ModelServer, proper, serveModel, someModel } from '../../test/model-server';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { ensureModel, modelFile } from './store';

const SIZE = 3_000_000;

let dir: string;
let cacheDir: string;
let server: ModelServer;
let content: Buffer;
let manifest: Manifest;
let manifestFile: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'killed-'));
  cacheDir = join(dir, 'cache');
  content = someModel(SIZE);
  server = await serveModel(proper(content));
  manifest = manifestOf(server.url, content, await loadManifest('ssdlite-mobilenetv2', modelsDir));
  manifestFile = await writeManifest(manifest, {}, dir);
});
afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

const pull = () => modelCommand(['pull', manifestFile, '--cache', cacheDir]);

/** Pulls in a process that is killed (SIGKILL) when half of the model is there. */
async function killHalfWay(): Promise<void> {
  server.answer = broken(proper(content), SIZE / 2, 'hold');
  const { child, ended } = pull();
  await sees(child, '50 %');
  child.kill('SIGKILL');
  expect((await ended).code).toBe(-1);
  server.answer = proper(content);
}

function sees(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes(words)) resolve();
    });
  });
}

async function expectRight(file: string): Promise<void> {
  expect(content.equals(await readFile(file))).toBe(true);
  expect(await readdir(cacheDir)).toEqual([basename(file)]);
}

describe('pulling processes', () => {
  it('go on with what one that was killed has left', async () => {
    await killHalfWay();
    const { code, out } = await pull().ended;
    expect(code).toBe(0);
    await expectRight(out.trim());
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${SIZE / 2}-`]);
  });

  it('start anew where that is damaged', async () => {
    await killHalfWay();
    const [folder] = await readdir(cacheDir);
    await writeFile(join(cacheDir, folder!, 'model.onnx'), someModel(SIZE / 2));
    await expectRight(await ensureModel(manifest, { cacheDir, retryMs: 1 }));
  });

  it('remove what several have left, once it is of no more use', async () => {
    await killHalfWay();
    const [folder] = await readdir(cacheDir);
    const others = [`${folder!}1`, `${folder!}2`]; // of the same dead process
    for (const name of others) await mkdir(join(cacheDir, name));
    await expectRight((await pull().ended).out.trim());
  });

  it('remove what one has left when the model has come in another way since', async () => {
    await killHalfWay();
    await writeFile(modelFile(manifest, cacheDir), content);
    await expectRight(await ensureModel(manifest, { cacheDir }));
    expect(server.requests).toHaveLength(1);
  });

  it('leave alone what another machine works on, until it has been forgotten for a week', async () => {
    const name = '.pull-far-0123456789ab.onnx@another-machine-7-0a';
    const other = join(cacheDir, name);
    await mkdir(other, { recursive: true });
    const file = await ensureModel(manifest, { cacheDir });
    expect((await readdir(cacheDir)).sort()).toEqual([name, basename(file)]);

    await rm(file);
    const days = 24 * 60 * 60 * 1000;
    await utimes(other, new Date(), new Date(Date.now() - 8 * days));
    await expectRight(await ensureModel(manifest, { cacheDir }));
  });

  it('may be two at once', async () => {
    const [one, two] = await Promise.all([pull().ended, pull().ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.out).toBe(two.out);
    await expectRight(one.out.trim());
  });

  it('may be two at once where one was killed before: one goes on with it', async () => {
    await killHalfWay();
    const before = server.requests.length;
    const [one, two] = await Promise.all([pull().ended, pull().ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    await expectRight(one.out.trim());
    const ranges = server.requests.slice(before).map(({ range }) => range);
    expect(ranges.filter((range) => range !== undefined)).toEqual([`bytes=${SIZE / 2}-`]);
  });
});
