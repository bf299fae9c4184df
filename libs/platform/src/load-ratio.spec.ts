import { LoadRatio } from './load-ratio';

let now: number;
let load: LoadRatio;

beforeEach(() => {
  now = 123_456.7;
  load = new LoadRatio(60_000, () => now);
});

it('has no value before the first request', () => {
  expect(load.value).toBeUndefined();
});

it('is 1 if requests do not wait', () => {
  load.add(40, 40);
  expect(load.value).toBe(1);
});

it('weighs requests by their time', () => {
  load.add(100, 20);
  load.add(20, 20);
  expect(load.value).toBe(3);
});

it('drops requests older than the window, part by part', () => {
  load.add(100, 10);
  now += 40_000;
  load.add(20, 10);
  expect(load.value).toBe(6);
  now += 20_000;
  expect(load.value).toBe(2);
  now += 40_000;
  expect(load.value).toBeUndefined();
});
