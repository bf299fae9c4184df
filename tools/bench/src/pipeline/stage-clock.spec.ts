import { setTimeout as delay } from 'node:timers/promises';
import { sum } from '../run';
import { StageClock } from './stage-clock';

it('StageClock counts every moment once, for the stage that ended with it', async () => {
  const start = performance.now();
  const clock = new StageClock();
  for (let n = 0; n < 2; n++) {
    await delay(20);
    clock.lap('preprocess');
    const end = performance.now() + 20;
    while (performance.now() < end);
    clock.lap('infer');
  }
  clock.add('postprocess', 1234);
  const elapsed = (performance.now() - start) / 1000;
  expect(clock.seconds.preprocess).toBeGreaterThanOrEqual(0.038);
  expect(clock.seconds.infer).toBeGreaterThanOrEqual(0.038);
  expect(clock.seconds.postprocess).toBe(0);
  expect(sum(Object.values(clock.seconds))).toBeLessThanOrEqual(elapsed);
  expect(clock.cpuMs.infer).toBeGreaterThan(clock.cpuMs.preprocess);
  expect(clock.cpuMs.postprocess).toBe(1234);
});
