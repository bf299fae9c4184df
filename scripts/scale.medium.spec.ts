import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { FakeCluster, TOKEN } from '../libs/scaling/test/fake-cluster';
import { repositoryRoot } from '../test/support/test-data';

let cluster: FakeCluster;
beforeAll(async () => (cluster = await FakeCluster.start()));
afterAll(() => cluster.stop());

/** Runs the command in a process that sees only the fake cluster. */
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

it('shows the deployments', async () => {
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

it('scales to a number, or by one', async () => {
  expect(await run(['infer', '3'])).toEqual({ code: 0, out: 'infer: 1 -> 3\n', err: '' });
  expect(await run(['hs-infer-deploy', '3'])).toEqual({ code: 0, out: 'infer is already at 3\n', err: '' });
  expect((await run(['infer', '+1'])).out).toBe('infer: 3 -> 4\n');
  expect((await run(['infer', '-2'])).out).toBe('infer: 4 -> 2\n');
  expect(cluster.deployments.get('hs-infer-deploy')?.replicas).toBe(2);
});

it('uses the namespace of the manifests if the kubeconfig names none', async () => {
  const kubeconfig = await cluster.writeKubeconfig('no-namespace', { namespace: '' });
  expect((await run(['--kubeconfig', kubeconfig])).out).toMatch(/^Namespace boxreel\n/);
});

it('uses the namespace and kubeconfig from the options', async () => {
  const args = ['--kubeconfig', cluster.kubeconfig, '--namespace', 'elsewhere', 'infer', '1'];
  const { code, err } = await run(args, {});
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('no Deployment hs-infer-deploy in namespace elsewhere'),
  ]);
});

it.each<[what: string, args: string[], words: string, env: NodeJS.ProcessEnv]>([
  ['an unknown deployment', ['mongo', '1'], 'expected one of preprocess (hs-pre-deploy)', {}],
  ['too many replicas', ['infer', '21'], 'from 0 to 20, not 21', {}],
  ['a negative number of replicas', ['infer', '-21'], 'from 0 to 20, not -', {}],
  ['a word', ['infer', 'many'], 'REPLICAS is "many"', {}],
  ['a missing argument', ['infer'], 'Usage:', {}],
  ['an extra argument', ['infer', '1', '2'], 'Usage:', {}],
  ['an unknown option', ['--all'], "'--all'", {}],
  ['a wrong setting', [], 'SCALE_MAX_REPLICAS is "many"', { SCALE_MAX_REPLICAS: 'many' }],
  ['a deployment that KEDA scales', ['infer', '1'], 'KEDA scales infer', { SCALER: 'keda' }],
  ['to run outside a cluster', ['infer', '1'], 'not running in a Kubernetes cluster', { KUBECONFIG: '' }],
])('refuses %s with exit code 1 and one sentence', async (_, args, words, env) => {
  const { code, out, err } = await run(args, { KUBECONFIG: cluster.kubeconfig, ...env });
  expect([code, out, err]).toEqual([1, '', expect.stringContaining(words)]);
});

it('prints its usage', async () => {
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('NAME REPLICAS') as string,
  });
});
