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

/** Pulls in a process that is killed (SIGKILL) after half of the download. */
async function killHalfWay(): Promise<void> {
  server.answer = broken(proper(content), SIZE / 2, 'hold');
  const { child, ended } = pull();
  await untilPrinted(child, '50 %');
  child.kill('SIGKILL');
  expect((await ended).code).toBe(-1);
  server.answer = proper(content);
}

function untilPrinted(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes(words)) resolve();
    });
  });
}

async function expectPulled(file: string): Promise<void> {
  expect(content.equals(await readFile(file))).toBe(true);
  expect(await readdir(cacheDir)).toEqual([basename(file)]);
}

describe('pulling processes', () => {
  it('resume the download of a killed one', async () => {
    await killHalfWay();
    const { code, out } = await pull().ended;
    expect(code).toBe(0);
    await expectPulled(out.trim());
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${SIZE / 2}-`]);
  });

  it('start over if the partial download is damaged', async () => {
    await killHalfWay();
    const [folder] = await readdir(cacheDir);
    await writeFile(join(cacheDir, folder!, 'model.onnx'), someModel(SIZE / 2));
    await expectPulled(await ensureModel(manifest, { cacheDir, retryMs: 1 }));
  });

  it('remove the folders of several killed ones after success', async () => {
    await killHalfWay();
    const [folder] = await readdir(cacheDir);
    const others = [`${folder!}1`, `${folder!}2`]; // of the same dead process
    for (const name of others) await mkdir(join(cacheDir, name));
    await expectPulled((await pull().ended).out.trim());
  });

  it('remove the folder of a killed one if the model exists by now', async () => {
    await killHalfWay();
    await writeFile(modelFile(manifest, cacheDir), content);
    await expectPulled(await ensureModel(manifest, { cacheDir }));
    expect(server.requests).toHaveLength(1);
  });

  it('keep the folder of another machine until it is a week old', async () => {
    const name = '.pull-far-0123456789ab.onnx@another-machine-7-0a';
    const other = join(cacheDir, name);
    await mkdir(other, { recursive: true });
    const file = await ensureModel(manifest, { cacheDir });
    expect((await readdir(cacheDir)).sort()).toEqual([name, basename(file)]);

    await rm(file);
    const days = 24 * 60 * 60 * 1000;
    await utimes(other, new Date(), new Date(Date.now() - 8 * days));
    await expectPulled(await ensureModel(manifest, { cacheDir }));
  });

  it('may run concurrently', async () => {
    const [one, two] = await Promise.all([pull().ended, pull().ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.out).toBe(two.out);
    await expectPulled(one.out.trim());
  });

  it('may run concurrently after a killed one; one of them resumes it', async () => {
    await killHalfWay();
    const before = server.requests.length;
    const [one, two] = await Promise.all([pull().ended, pull().ended]);
    expect([one.code, two.code]).toEqual([0, 0]);
    await expectPulled(one.out.trim());
    const ranges = server.requests.slice(before).map(({ range }) => range);
    expect(ranges.filter((range) => range !== undefined)).toEqual([`bytes=${SIZE / 2}-`]);
  });
});
