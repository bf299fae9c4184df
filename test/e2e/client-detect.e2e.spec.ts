import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OneImageResource } from '#contract';
import { outcome, startClient } from '../support/client';
import { Cluster } from '../support/cluster';
import { repositoryRoot } from '../support/test-data';
import { WEBP } from '../support/tiny-images';
import { jpegPixels, temporaryFolder } from '../support/video';

const SAMPLE = join(repositoryRoot, 'models/sample.jpg');

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'tiny.webp'), WEBP.lossy);
  await writeFile(join(folder, 'notes.txt'), 'not an image');
  cluster = await Cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const detect = (...args: string[]) =>
  outcome(startClient(folder, ['detect', ...args], { BOXREEL_URL: cluster.url }));

it('prints label, score and box of each object, and saves the annotated image', async () => {
  const { code, out, err } = await detect(SAMPLE, '--annotate', 'boxed.jpg');
  expect([code, err]).toEqual([0, 'Saved boxed.jpg\n']);
  const [heading, columns, ...rows] = out.trimEnd().split('\n');
  expect(heading).toMatch(/sample\.jpg: \d objects, 600x400 pixels, \d+ ms$/);
  expect(columns?.trim().split(/ +/)).toEqual(['LABEL', 'SCORE', 'X1', 'Y1', 'X2', 'Y2']);
  expect(rows[0]).toMatch(/^ {2}cup +0\.\d\d +\d+ +\d+ +\d+ +\d+$/);
  expect(jpegPixels(await readFile(join(folder, 'boxed.jpg')))).toMatchObject({ width: 600, height: 400 });
});

it('prints JSON, one image per line, with the chosen options', async () => {
  const options = ['--score', '0.05', '--iou', '1', '--max', '3', '--classes', 'cup'];
  const { code, out } = await detect(SAMPLE, 'tiny.webp', '--json', ...options);
  const results = out.trim().split('\n').map((line) => JSON.parse(line) as OneImageResource); // prettier-ignore
  expect([code, results.map(({ image }) => image.name)]).toEqual([0, ['sample.jpg', 'tiny.webp']]);
  expect(results[0]!.detections.map(({ label }) => label)).toEqual(['cup', 'cup', 'cup']);
});

it('exits with 3 if an image is refused, but prints the others', async () => {
  const { code, out, err } = await detect('notes.txt', SAMPLE);
  expect([code, err]).toEqual([3, expect.stringMatching(/^notes\.txt: .*not a JPEG, PNG or WebP image/)]);
  expect(out).toContain('cup');
});

it.each([
  [[], 2, /^detect needs an image/],
  [['missing.jpg'], 2, /^File not found: missing\.jpg/],
  [[SAMPLE, SAMPLE, '--annotate', 'x.jpg'], 2, /^--annotate saves one image/],
  [[SAMPLE, '--score', '7'], 3, /score: "7" is not a number from 0 to 1/],
  [[SAMPLE, '--colour', 'red'], 2, /Unknown option '--colour'/],
])('explains a mistake: %j', async (args, code, message) => {
  expect(await detect(...args)).toMatchObject({
    code,
    out: '',
    err: expect.stringMatching(message) as string,
  });
});
