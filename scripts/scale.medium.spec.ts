import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { FakeCluster, TOKEN } from '../libs/scaling/test/fake-cluster';
import { repositoryRoot } from '../test/support/test-data';

jest.setTimeout(60_000);

let cluster: FakeCluster;
beforeAll(async () => (cluster = await FakeCluster.start()));
afterAll(() => cluster.stop());

/** Runs the command in a process of its own, in the neighbourhood of no cluster but the made up one. */
function run(args: string[], env: NodeJS.ProcessEnv = { KUBECONFIG: cluster.kubeconfig }) {
  const script = join(repositoryRoot, 'dist/scripts/scale.js');
  const options = { env: { ...process.env, HOME: cluster.folder, KUBECONFIG: '', ...env } };
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = execFile(process.execPath, [script, ...args], options, (_, out, err) => {
      expect(out + err).not.toContain(TOKEN);
      expect(err).not.toMatch(/^ +at /m);
      resolve({ code: child.exitCode, out, err });
    });
  });
}

it('shows what there is', async () => {
  cluster.pods = [
    {
      metadata: { name: 'hs-infer-x', labels: { app: 'hs-infer' }, creationTimestamp: '2025-11-21T10:00:00Z' },
      spec: { nodeName: 'gpu-1' },
      status: { phase: 'Pending', containerStatuses: [{ restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    },
  ]; // prettier-ignore
  const { code, out, err } = await run([]);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n')).toEqual([
    'Namespace boxreel',
    '',
    'SERVICE      DEPLOYMENT       READY  WANTED  NEWEST',
    'preprocess   hs-pre-deploy    1      1       1',
    'infer        hs-infer-deploy  1      1       1',
    'postprocess  hs-post-deploy   1      1       1',
    '',
    'POD         NODE   PHASE                       READY  RESTARTS  SINCE',
    'hs-infer-x  gpu-1  Pending (CrashLoopBackOff)  no     2         2025-11-21T10:00:00.000Z',
    '',
  ]);
});

it('scales, to a number or by one', async () => {
  expect(await run(['infer', '3'])).toEqual({ code: 0, out: 'infer: 1 -> 3\n', err: '' });
  expect(await run(['hs-infer-deploy', '3'])).toEqual({ code: 0, out: 'infer stays at 3\n', err: '' });
  expect((await run(['infer', '+1'])).out).toBe('infer: 3 -> 4\n');
  expect((await run(['infer', '-2'])).out).toBe('infer: 4 -> 2\n');
  expect(cluster.deployments.get('hs-infer-deploy')?.replicas).toBe(2);
});

it('looks where the manifests put it when the kubeconfig names no namespace', async () => {
  const kubeconfig = await cluster.writeKubeconfig('no-namespace', { namespace: '' });
  expect((await run(['--kubeconfig', kubeconfig])).out).toMatch(/^Namespace boxreel\n/);
});

it('goes where it is told to', async () => {
  const args = ['--kubeconfig', cluster.kubeconfig, '--namespace', 'elsewhere', 'infer', '1'];
  const { code, err } = await run(args, {});
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('no Deployment hs-infer-deploy in namespace elsewhere'),
  ]);
});

it.each<[what: string, args: string[], words: string, env: NodeJS.ProcessEnv]>([
  ['an unknown deployment', ['mongo', '1'], 'expected one of preprocess (hs-pre-deploy)', {}],
  ['too many', ['infer', '21'], 'from 0 to 20, not 21', {}],
  ['fewer than none', ['infer', '-21'], 'from 0 to 20, not -', {}],
  ['a word', ['infer', 'many'], 'REPLICAS is "many"', {}],
  ['half an order', ['infer'], 'Usage:', {}],
  ['more than an order', ['infer', '1', '2'], 'Usage:', {}],
  ['an unknown option', ['--all'], "'--all'", {}],
  ['a wrong setting', [], 'SCALE_MAX_REPLICAS is "many"', { SCALE_MAX_REPLICAS: 'many' }],
  ['what KEDA scales', ['infer', '1'], 'KEDA scales infer', { SCALER: 'keda' }],
  [
    'to work where there is no cluster',
    ['infer', '1'],
    'not running in a Kubernetes cluster',
    { KUBECONFIG: '' },
  ],
])('refuses %s with exit code 1 and a sentence', async (_, args, words, env) => {
  const { code, out, err } = await run(args, { KUBECONFIG: cluster.kubeconfig, ...env });
  expect([code, out, err]).toEqual([1, '', expect.stringContaining(words)]);
});

it('explains itself', async () => {
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('NAME REPLICAS') as string,
  });
});
