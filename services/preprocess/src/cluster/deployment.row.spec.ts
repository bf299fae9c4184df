import type { DeploymentState, PodState } from '#scaling';
import { formatAge, toRows } from './deployment.row';

describe('formatAge', () => {
  it.each([
    [-5_000, '0s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

describe('toRows', () => {
  const pod = (phase: string): PodState => ({
    ...{
      name: 'a',
      node: undefined,
      reason: undefined,
      phase,
      ready: true,
      restarts: 0,
      createdAt: new Date(),
    },
  });
  it.each<[string, Partial<DeploymentState>, boolean]>([
    ['all desired pods ready', {}, true],
    ['a pod missing', { ready: 1 }, false],
    ['a pod of an older version', { updated: 1 }, false],
    ['a pod terminating', { pods: [pod('Running'), pod('Running'), pod('Terminating')] }, false],
    ['no pods desired or running', { wanted: 0, ready: 0, updated: 0, pods: [] }, true],
  ])('reports whether a deployment with %s is settled', (_, changes, settled) => {
    const state: DeploymentState = {
      ...{ name: 'infer', deployment: 'hs-infer-deploy', wanted: 2, ready: 2, updated: 2 },
      range: { min: 0, max: 20 },
      pods: [pod('Running'), pod('Running')],
      ...changes,
    };
    expect(toRows({ namespace: 'boxreel', deployments: [state] })[0]?.settled).toBe(settled);
  });
});
