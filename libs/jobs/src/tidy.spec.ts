import { Types } from 'mongoose';
import type { Job } from './job.schema';
import { tidy } from './tidy';

const _id = new Types.ObjectId();

it('leaves a record as it is that has the shape it should have', () => {
  const job = {
    _id,
    FILENAME: 'a.mp4',
    STATUS: 'INFERENCING',
    PROCESS_START: new Date(),
    error: { code: 'X', message: 'x', stage: 'infer', at: new Date() },
    options: { model: 'm', score: 0.5, classes: [], frameStep: 1 },
    video: { frameRate: { num: 25, den: 1 } },
    progress: { done: 1, total: null },
    TOTAL: 5,
  } as unknown as Job;
  expect(tidy(job)).toEqual(job);
});

it('leaves out of a record of others what nobody could work with', () => {
  const job = {
    _id,
    STATUS: 'ENQUEUE',
    PROCESS_START: '2026-01-01',
    error: { message: 'no time' },
    options: { model: 'm', score: 1 },
    video: { width: 3 },
    progress: 5,
    extra: 'stays',
  } as unknown as Job;
  expect(tidy(job)).toEqual({ _id, STATUS: 'ENQUEUE', FILENAME: '', extra: 'stays' });
});
