import { Types } from 'mongoose';
import { expectedWork, fairOrder, type Waiting } from './fairness';

const now = new Date('2026-01-01T12:00:00Z');
const FAIR_AGE_MS = 3_600_000;

/** A job that has been claimable for `age` seconds. */
const waiting = (age: number, frames?: unknown, frameStep?: unknown): Waiting => ({
  ...{ _id: new Types.ObjectId(), now, availableAt: new Date(now.getTime() - age * 1000) },
  ...{ video: { frames }, options: { frameStep } },
});

const order = (jobs: Waiting[], stage: 'preprocess' | 'infer' = 'preprocess', fairAgeMs = FAIR_AGE_MS) =>
  fairOrder(jobs, stage, fairAgeMs).map((job) => jobs.indexOf(job));

describe('fairOrder', () => {
  it('puts the shortest job first', () => {
    expect(order([waiting(30, 5000), waiting(20, 1), waiting(10, 300)])).toEqual([1, 2, 0]);
  });

  it('puts the oldest of equal jobs first', () => {
    expect(order([waiting(30, 50), waiting(20, 50), waiting(10, 50)])).toEqual([0, 1, 2]);
  });

  it('puts jobs that reached the age bound first, oldest before shortest', () => {
    const jobs = [waiting(3602, 9000), waiting(3600, 10), waiting(3599.999, 5000), waiting(10, 1)];
    expect(order(jobs)).toEqual([0, 1, 3, 2]);
  });

  it('keeps the oldest first with an age bound of 0', () => {
    expect(order([waiting(30, 5000), waiting(20, 1), waiting(0, 300)], 'preprocess', 0)).toEqual([0, 1, 2]);
  });

  it('counts the frames that the stage processes', () => {
    const jobs = [waiting(30, 1000, 10), waiting(20, 200, 1)];
    expect(order(jobs, 'infer')).toEqual([0, 1]);
    expect(order(jobs, 'preprocess')).toEqual([1, 0]);
  });

  it('puts jobs without a date first, which other programs may insert', () => {
    const jobs = [{ _id: new Types.ObjectId(), now, availableAt: null }, waiting(10, 1)];
    expect(order(jobs)).toEqual([0, 1]);
  });
});

describe('expectedWork', () => {
  it.each<[unknown, unknown, number]>([
    [100, 1, 100],
    [101, 10, 11],
    [1, 30, 1],
    [100, undefined, 100],
    [100, 0, 100],
    [100, -2, 100],
    [undefined, 1, 0],
    [-5, 1, 0],
    ['100', 1, 0],
    [Infinity, 1, 0],
    [NaN, 1, 0],
  ])('counts %p frames at a step of %p as %d for infer', (frames, frameStep, expected) => {
    expect(expectedWork({ video: { frames }, options: { frameStep } }, 'infer')).toBe(expected);
  });

  it('is 0 if the record has no frames', () => {
    expect(expectedWork({}, 'infer')).toBe(0);
    expect(expectedWork({ video: null, options: 'x' }, 'infer')).toBe(0);
  });
});
