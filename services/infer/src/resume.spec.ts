import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '#annotation';
import type { Job } from '#jobs';
import type { Attempt } from '#workspace';
import { Timeline } from '#media';
import { frameGroups } from './frame-groups';
import { basisOf, detectedBefore, keepGroups, writeBasis } from './resume';

const jobWith = (preprocessed: number, frameStep: number) =>
  ({ PREPROCESSING_END: new Date(preprocessed), options: { frameStep } }) as Job;
const job = jobWith(1_000, 2);
const basis = basisOf(job, 'model', 6);
const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.2, 0.3, 0.4] } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxreel-resume-'));
});
afterEach(() => rm(folder, { recursive: true }));

const attempt = (name: string, predecessor?: string): Attempt => ({
  id: '64b000000000000000000001',
  folder: join(folder, name),
  predecessor,
  path: (...parts) => join(folder, name, ...parts),
});

/** The groups reused from a predecessor that left these detections. */
async function reused(scores: string, now: string | undefined): Promise<(readonly number[])[]> {
  const before = attempt('before');
  await mkdir(before.folder);
  await writeBasis(before, basis);
  await writeFile(before.path('groups.ndjson'), scores);
  const groups: (readonly number[])[] = [];
  for await (const group of detectedBefore(
    attempt('after', before.folder),
    now,
    frameGroups(Timeline.constant({ num: 10, den: 1 }, 6), 2),
  )) {
    expect(group.detections).toEqual([person]);
    groups.push(group.frames);
  }
  return groups;
}

const lines = (...frames: number[]) => frames.map((n) => encodeFrame(n, [person])).join('');

it.each([
  [
    'all groups',
    lines(0, 2, 4),
    [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
  ],
  ['groups before a truncated line', lines(0, 2).slice(0, -9), [[0, 1]]],
  ['groups before a block of zeros', lines(0) + '\0'.repeat(64), [[0, 1]]],
  ['groups before a gap', lines(0, 4), [[0, 1]]],
  ['nothing of groups of another size', lines(1, 2), []],
  ['nothing of an empty file', '', []],
])('reuses %s', async (_what, scores, groups) => {
  expect(await reused(scores, basis)).toEqual(groups);
});

it.each([
  ['another model or other thresholds', basisOf(job, 'other', 6)],
  ['other frames', basisOf(jobWith(2_000, 2), 'model', 6)],
  ['another number of frames', basisOf(job, 'model', 7)],
  ['another frame step', basisOf(jobWith(1_000, 1), 'model', 6)],
  ['a model without a hash', basisOf(job, undefined, 6)],
])('reuses nothing for %s', async (_what, now) => {
  expect(await reused(lines(0, 1), now)).toEqual([]);
});

it('reuses nothing without a predecessor, or from one killed before it wrote anything', async () => {
  for (const predecessor of [undefined, folder]) {
    const found: unknown[] = [];
    for await (const group of detectedBefore(attempt('a', predecessor), basis, [[0]])) found.push(group);
    expect(found).toEqual([]);
  }
});

it('passes groups on exactly as a later attempt reads them', async () => {
  const third = { ...person, score: 2 / 3, box: [1 / 3, 1 / 7, 2 / 3, 6 / 7] } as const;
  const before = attempt('before');
  await mkdir(before.folder);
  await writeBasis(before, basis);
  const frames = [...frameGroups(Timeline.constant({ num: 10, den: 1 }, 6), 2)];
  async function* detected() {
    for (const group of frames)
      yield await Promise.resolve({ frames: group, detections: [third], low: [third] });
  }
  const passed: unknown[] = [];
  for await (const group of keepGroups(before, detected())) passed.push(group);
  const read: unknown[] = [];
  for await (const group of detectedBefore(attempt('after', before.folder), basis, frames)) read.push(group);
  expect(read).toHaveLength(3);
  expect(passed).toEqual(read);
});
