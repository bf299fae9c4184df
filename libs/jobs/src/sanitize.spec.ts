import { Types } from 'mongoose';
import type { Job } from './job.schema';
import { sanitize } from './sanitize';

const _id = new Types.ObjectId();

it('keeps a well-formed record unchanged', () => {
  const job = {
    _id,
    FILENAME: 'a.mp4',
    STATUS: 'INFERENCING',
    PROCESS_START: new Date(),
    error: { code: 'X', message: 'x', stage: 'infer', at: new Date() },
    options: { model: 'm', score: 0.5, classes: [], frameStep: 1 },
    video: { frameRate: { num: 25, den: 1 } },
    progress: { done: 1, total: null },
    precision: 'int8',
    TOTAL: 5,
  } as unknown as Job;
  expect(sanitize(job)).toEqual(job);
});

it('drops malformed fields of a record that another program inserted', () => {
  const job = {
    _id,
    STATUS: 'ENQUEUE',
    PROCESS_START: '2026-01-01',
    error: { message: 'no time' },
    options: { model: 'm', score: 1 },
    video: { width: 3 },
    progress: 5,
    precision: 'bf16',
    extra: 'stays',
  } as unknown as Job;
  expect(sanitize(job)).toEqual({ _id, STATUS: 'ENQUEUE', FILENAME: '', extra: 'stays' });
});
