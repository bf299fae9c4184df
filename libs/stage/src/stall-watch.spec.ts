import { StallWatch } from './stall-watch';

let stalled: Error[];
let watch: StallWatch;
beforeEach(() => {
  jest.useFakeTimers();
  stalled = [];
  watch = new StallWatch(1_000, (reason) => stalled.push(reason));
});
afterEach(() => {
  watch.end();
  jest.useRealTimers();
});

it('reports once when no frame was done within the limit', () => {
  jest.advanceTimersByTime(900);
  expect(stalled).toEqual([]);
  jest.advanceTimersByTime(5_000);
  expect(stalled).toMatchObject([{ code: 'STALLED', message: expect.stringContaining('for 1 s') as string }]);
});

it('waits while frames are done, and ignores unchanged progress', () => {
  for (let done = 0; done < 10; done++) {
    watch.progress(done, 100);
    jest.advanceTimersByTime(900);
  }
  expect(stalled).toEqual([]);
  watch.progress(9, 100);
  jest.advanceTimersByTime(900);
  expect(stalled).toHaveLength(1);
});

it('does not count the time of an untimed step', async () => {
  let finish: () => void = () => undefined;
  const step = watch.untimed(new Promise<void>((resolve) => (finish = resolve)));
  jest.advanceTimersByTime(60_000);
  finish();
  await step;
  jest.advanceTimersByTime(900);
  expect(stalled).toEqual([]);
  jest.advanceTimersByTime(900);
  expect(stalled).toHaveLength(1);
});

it('reports nothing after end()', () => {
  watch.end();
  jest.advanceTimersByTime(60_000);
  expect(stalled).toEqual([]);
});
