import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readFrames, readTracks, type FrameDetections } from '#annotation';
import type { LayoutEvents } from '#contract';
import { iou, type Box } from '#tracking';
import { problemsOf } from '../support/axe';
import { openPageForEachTest, untilTrue } from '../support/browser';
import { Cluster } from '../support/cluster';
import { writeColourDetector } from '../support/colour-detector';
import { objectsClip, placeOf, type Scene } from '../support/objects-clip';
import { temporaryFolder } from '../support/video';

jest.setTimeout(180_000);

const COMPLETE = 'POSTPROCESSING_COMPLETE';

/** Two cars that pass, a person who is hidden for 10 frames, a car that is there for 4 frames and later for one. */
const scene: Scene = {
  ...{ width: 640, height: 360, frames: 150, rate: 25 },
  objects: [
    {
      ...{ label: 'car', colour: [220, 30, 30], size: [96, 48], start: [20, 40], speed: [4, 0] },
      shown: [[0, 129]],
    },
    {
      ...{ label: 'person', colour: [30, 200, 30], size: [40, 80], start: [300, 200], speed: [0, 0] },
      shown: [
        [0, 49],
        [60, 149],
      ],
    },
    {
      ...{ label: 'car', colour: [30, 30, 220], size: [96, 48], start: [540, 120], speed: [-4, 0] },
      shown: [[10, 130]],
    },
    {
      ...{ label: 'car', colour: [230, 220, 30], size: [96, 48], start: [100, 300], speed: [2, 0] },
      shown: [
        [30, 33],
        [99, 99],
      ],
    },
  ],
};

let cluster: Cluster;
let folder: string;
let clip: string;
/** A job with default options. */
let first: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await objectsClip(join(folder, 'objects.mp4'), scene);
  await writeColourDetector(folder, { size: scene, objects: scene.objects });
  cluster = await Cluster.start({
    env: { MODELS_DIR: folder, MODEL: 'colours', LEASE_MS: '3000', POLL_MAX_MS: '100' },
  });
  first = await run();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function run(fields: Record<string, string> = {}): Promise<string> {
  const id = await cluster.submit(clip, undefined, fields);
  expect((await cluster.finished(id)).status).toBe(COMPLETE);
  return id;
}

const path = (id: string, ...parts: string[]) => join(cluster.workspace.root, id, ...parts);

async function framesOf(id: string): Promise<FrameDetections[]> {
  const frames: FrameDetections[] = [];
  for await (const frame of readFrames(path(id, 'detections.ndjson'))) frames.push(frame);
  return frames;
}

/** The box of a track in pixels, by frame. */
function boxesOf(frames: readonly FrameDetections[], track: number): Map<number, Box> {
  const { width, height } = scene;
  const inPixels = ([x1, y1, x2, y2]: readonly [number, number, number, number]): Box =>
    [...[x1 * width, y1 * height], ...[x2 * width, y2 * height]] as unknown as Box;
  return new Map(
    frames.flatMap(({ n, boxes }) =>
      boxes.flatMap((box) => (box.track === track ? [[n, inPixels(box.box)] as const] : [])),
    ),
  );
}

/** The least overlap of a track with its object, in frames that show the object. */
function leastOverlap(frames: readonly FrameDetections[], track: number): number {
  const object = scene.objects[track - 1]!;
  const overlaps = [...boxesOf(frames, track)].flatMap(([n, box]) => {
    const place = placeOf(object)(n);
    if (!place) return [];
    const [left, top] = place;
    return [iou(box, [left, top, left + object.size[0], top + object.size[1]])];
  });
  return Math.min(...overlaps);
}

it('gives every object one id, over gaps', async () => {
  const frames = await framesOf(first);
  const { frameRate, tracks } = await readTracks(path(first, 'tracks.json'));
  expect(frameRate).toBe(25);
  expect(tracks).toMatchObject([
    { id: 1, label: 'car', firstFrame: 0, lastFrame: 129, boxes: 130, detections: 130 },
    { id: 2, label: 'person', firstFrame: 0, lastFrame: 149, boxes: 150, detections: 140 },
    { id: 3, label: 'car', firstFrame: 10, lastFrame: 130, firstTime: 0.4, lastTime: 5.2, boxes: 121 },
    { id: 4, label: 'car', firstFrame: 30, lastFrame: 33, boxes: 4 },
  ]);
  for (const { id: track } of tracks) expect(leastOverlap(frames, track)).toBeGreaterThan(0.94);
  const filled = frames.filter(({ boxes }) => boxes.some((box) => box.filled)).map(({ n }) => n);
  expect(filled).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
  const untracked = frames.flatMap(({ n, boxes }) => (boxes.some(({ track }) => !track) ? [n] : []));
  expect(untracked).toEqual([99]);
});

it('writes the same boxes to the txt files, five lines each', async () => {
  const id = await run({ trackBuffer: '5', minLength: '10' });
  const { tracks } = await readTracks(path(id, 'tracks.json'));
  expect(tracks.map(({ label, boxes }) => [label, boxes])).toEqual([
    ['car', 130],
    ['person', 50],
    ['car', 121],
    ['person', 90],
  ]);
  for (const { n, boxes } of await framesOf(id)) {
    const txt = await readFile(path(id, 'txts', `infer${n}.txt`), 'utf8');
    expect(txt.split('\n')).toHaveLength(5 * boxes.length + 1);
  }
});

it('finds the same objects where detection runs on every third frame', async () => {
  const id = await run({ frameStep: '3' });
  const frames = await framesOf(id);
  const { tracks } = await readTracks(path(id, 'tracks.json'));
  expect(tracks.map(({ label, firstFrame, lastFrame }) => [label, firstFrame, lastFrame])).toEqual([
    ['car', 0, 131],
    ['person', 0, 149],
    ['car', 12, 131],
  ]);
  for (const { id: track } of tracks) expect(leastOverlap(frames, track)).toBeGreaterThan(0.85);
});

it('detects without tracking', async () => {
  const id = await run({ tracking: 'off' });
  expect((await framesOf(id)).flatMap(({ boxes }) => boxes).some(({ track }) => track !== undefined)).toBe(
    false,
  );
  expect(await readdir(path(id))).not.toContain('tracks.json');
});

it('makes images of the objects', async () => {
  const image = (track: number) => fetch(`${cluster.url}/api/jobs/${first}/tracks/${track}.jpg`);
  for (const track of [1, 2, 3, 4]) {
    const response = await image(track);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  }
  expect((await image(5)).status).toBe(404);
});

describe('lines and zones', () => {
  /** The cars pass the line in opposite directions; the person stays in the zone. */
  const layout = {
    lines: [
      {
        name: 'Gate',
        from: [254 / 640, 1],
        to: [254 / 640, 0],
        directions: { left: 'westbound', right: 'eastbound' },
      },
    ],
    zones: [{ name: 'Kerb', points: [[0.45, 0.6], [0.55, 0.6], [0.55, 0.9], [0.45, 0.9]] }], // prettier-ignore
  };

  it.each([
    ['every frame', '1'],
    ['every third frame', '3'],
  ])('are counted exactly where detection runs on %s', async (_, frameStep) => {
    const id = await run({ layout: JSON.stringify(layout), frameStep });
    const counted = (await (await fetch(`${cluster.url}/api/jobs/${id}/events.json`)).json()) as LayoutEvents;
    const cars = (count: number) => ({ total: count, classes: [{ label: 'car', count }] });
    const person = { total: 1, classes: [{ label: 'person', count: 1 }] };
    expect(counted.lines).toMatchObject([{ name: 'Gate', left: cars(1), right: cars(1) }]);
    expect(counted.zones).toMatchObject([
      { name: 'Kerb', entries: person, exits: person, objects: person, dwell: { mean: 6, max: 6 } },
    ]);
    expect(counted.events).toMatchObject([
      { type: 'enter', zone: 'Kerb', frame: 0, track: 2, appeared: true },
      { type: 'cross', line: 'Gate', direction: 'right', frame: 47, time: 1.88, track: 1 },
      { type: 'cross', line: 'Gate', direction: 'left', frame: 84, time: 3.36, track: 3 },
      { type: 'exit', zone: 'Kerb', frame: 149, dwell: 6, disappeared: true },
    ]);
  });

  it('need tracking', async () => {
    const answer = await cluster.upload(clip, undefined, { layout: JSON.stringify(layout), tracking: 'off' });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('layout: lines and zones need tracks, but tracking is off') as string,
    ]);
  });
});

describe('the player', () => {
  let page: Page;
  let pageErrors: string[];
  openPageForEachTest((opened) => ({ page, pageErrors } = opened));
  afterEach(() => {
    expect(pageErrors).toEqual([]);
  });

  const reach = (frame: number) =>
    untilTrue(page, `document.querySelector('#player').dataset.frame === '${frame}'`);
  const open = async (frame: number) => {
    await page.goto(`${cluster.url}/jobs/${first}#frame=${frame}`);
    await reach(frame);
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).press('Enter');

  it('numbers the objects, also where one was not detected', async () => {
    await open(55);
    expect(await page.locator('#here button').allInnerTexts()).toEqual([
      expect.stringMatching(/car #1\s+0\.90/) as string,
      expect.stringMatching(/car #3\s+0\.90/) as string,
      expect.stringMatching(/person #2\s+0\.90/) as string,
    ]);
  });

  it('lists all objects and follows one, by keyboard', async () => {
    await open(0);
    await page.getByText('All objects').press('Enter');
    const objects = page.locator('#tracks li button');
    await objects.nth(3).waitFor();
    expect(await objects.allInnerTexts()).toEqual([
      expect.stringMatching(/car #1\s+0:00.000 to 0:05.160/) as string,
      expect.stringMatching(/person #2/) as string,
      expect.stringMatching(/car #3\s+0:00.400 to 0:05.200/) as string,
      expect.stringMatching(/car #4/) as string,
    ]);
    await untilTrue(
      page,
      `[...document.querySelectorAll('#tracks img')].every((one) => one.naturalWidth > 0)`,
    );
    await objects.nth(2).press('Enter');
    await reach(10);
    await page.getByText('Following car #3: 0:00.400 to 0:05.200, best score 0.90').waitFor();
    await press('Last frame');
    await reach(130);
    await press('First frame');
    await reach(10);
    expect(await problemsOf(page)).toEqual([]);
    await press('Stop following');
    expect(await page.locator('#followed').isVisible()).toBe(false);
  });

  it('follows the object that is clicked, and plays on a click elsewhere', async () => {
    await open(55);
    const { x, y, width, height } = (await page.locator('#layer').boundingBox())!;
    await page.mouse.click(x + width * 0.5, y + height * 0.65);
    await page.getByText('Following person #2').waitFor();
    expect(await page.evaluate(`document.querySelector('#video').paused`)).toBe(true);
    await page.mouse.click(x + width * 0.9, y + height * 0.9);
    await untilTrue(page, `!document.querySelector('#video').paused`);
  });

  it('draws trails and colours of objects on demand', async () => {
    await open(40);
    const pixels = () => page.evaluate<string>(`document.querySelector('#layer').toDataURL()`);
    const both = await pixels();
    await press('Trails');
    const without = await pixels();
    expect(without).not.toBe(both);
    await press('Colour by object');
    expect(await pixels()).not.toBe(without);
  });
});

it('writes the same bytes after infer is killed', async () => {
  const id = await cluster.submit(clip);
  await cluster.until(id, ({ status, progress }) => status === 'INFERENCING' && (progress?.done ?? 0) > 60);
  process.kill(cluster.processes.infer[0]!.pid!, 'SIGKILL');
  expect((await cluster.finished(id)).status).toBe(COMPLETE);
  for (const file of ['detections.ndjson', 'tracks.json', 'txts/infer55.txt', 'preview/track_2.jpg']) {
    const [one, other] = await Promise.all([id, first].map((job) => readFile(path(job, file))));
    expect(one!.equals(other!)).toBe(true);
  }
});
