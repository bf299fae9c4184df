import { Types } from 'mongoose';
import type { Job } from '#jobs';
import { periodOf, rowsOf } from './job-rows';

const id = '64b000000000000000000001';
const job = (more: Partial<Job>): Job => ({
  ...{ _id: new Types.ObjectId(id), FILENAME: 'a.mp4', STATUS: 'POSTPROCESSING_COMPLETE' },
  PROCESS_START: new Date('2026-11-02T03:04:05Z'),
  ...more,
});
const facts = [id, 'a.mp4', 'POSTPROCESSING_COMPLETE', '2026-11-02T03:04:05.000Z', undefined];
const detections = {
  total: 9,
  classes: [
    { label: 'person', count: 8, objects: 2 },
    { label: 'car', count: 1, objects: 1 },
  ],
};

it('has a row per class', () => {
  expect(rowsOf(job({ detections }), {})).toEqual([
    [...facts, 'person', 8, 2],
    [...facts, 'car', 1, 1],
  ]);
});

it('has a row for each class that is asked for, with 0 if there were none', () => {
  expect(rowsOf(job({ detections }), { classes: 'car, bus' })).toEqual([
    [...facts, 'car', 1, 1],
    [...facts, 'bus', 0, 0],
  ]);
});

it('leaves empty what is not known: objects without tracks, and all counts before the end', () => {
  const untracked = { total: 8, classes: [{ label: 'person', count: 8 }] };
  expect(rowsOf(job({ detections: untracked }), {})).toEqual([[...facts, 'person', 8, undefined]]);
  const failed = job({ STATUS: 'INFERENCING_ERROR' });
  expect(rowsOf(failed, { classes: 'car' })[0]?.slice(5)).toEqual(['car', undefined, undefined]);
  expect(rowsOf(failed, {})[0]?.slice(5)).toEqual([undefined, undefined, undefined]);
});

it('has a row without a class if nothing was found', () => {
  expect(rowsOf(job({ detections: { total: 0, classes: [] } }), {})[0]?.slice(5)).toEqual([
    undefined,
    0,
    undefined,
  ]);
});

it('takes dates as whole days in UTC', () => {
  expect(periodOf({ since: '2026-11-01', until: '2026-11-30' })).toEqual({
    since: new Date('2026-11-01T00:00:00Z'),
    until: new Date('2026-12-01T00:00:00Z'),
  });
  expect(periodOf({ until: '2026-11-30T08:00:00+02:00' })).toEqual({
    since: undefined,
    until: new Date('2026-11-30T06:00:00Z'),
  });
});
