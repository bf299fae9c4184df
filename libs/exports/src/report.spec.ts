import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '#annotation';
import { textOf, trackOf, video } from '../test/scene';
import { countsCsv, tracksCsv } from './report';
import { csvTable } from './table';

const person = { label: 'person', classIndex: 0, score: 0.9, box: [0, 0, 1, 1] } as const;
const car = { ...person, label: 'car', classIndex: 2 };
const tracks = [
  trackOf({ firstFrame: 1, lastFrame: 4 }),
  trackOf({ id: 2, firstFrame: 4, lastFrame: 4, bestScore: null }),
];

let folder: string;
let scores: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxreel-'));
  scores = join(folder, 'scores');
  const frames = [[], [person], [person, car], [], [person, person]];
  await writeFile(scores, frames.map((boxes, n) => encodeFrame(n, boxes)).join(''));
});
afterAll(() => rm(folder, { recursive: true }));

it('counts objects and detections per class', async () => {
  expect(await countsCsv(scores, { frameRate: 12.5, tracks }, video)).toBe(
    'label,classIndex,objects,detections,firstTime,lastTime\nperson,0,2,4,0.08,0.32\ncar,2,0,1,0.16,0.16\n',
  );
});

it('leaves objects empty without tracks', async () => {
  expect((await countsCsv(scores, undefined, video)).split('\n')[1]).toBe('person,0,,4,0.08,0.32');
});

it('lists tracks', async () => {
  expect(await tracksCsv({ frameRate: 12.5, tracks }, video)).toBe(
    [
      'track,label,classIndex,firstFrame,lastFrame,firstTime,lastTime,duration,boxes,detections,bestScore,bestFrame,x1,y1,x2,y2',
      '1,person,0,1,4,0.08,0.32,0.32,4,4,0.87,1,0.2,0.2,0.4,0.6',
      '2,person,0,4,4,0.32,0.32,0.08,1,1,,4,0.2,0.2,0.4,0.6',
      '',
    ].join('\n'),
  );
});

it('disarms names that spreadsheets would run', async () => {
  expect(await textOf(csvTable(['name'], [['=1+1'], ['a,b']], { names: true }))).toBe(`name\n'=1+1\n"a,b"\n`);
});
