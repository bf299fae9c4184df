import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeScaler, type KubeScalerOptions } from '../src/kube-scaler';
import { failure } from './failure';
import { FakeCluster, NAMESPACE, TOKEN } from './fake-cluster';

let cluster: FakeCluster;
beforeEach(async () => (cluster = await FakeCluster.start()));
afterEach(() => cluster.stop());

const scaler = (options: Partial<KubeScalerOptions> = {}) =>
  new KubeScaler({ maxReplicas: 20, scaler: 'manual', kubeconfig: cluster.kubeconfig, ...options });

describe('reading', () => {
  it('returns the desired and actual replicas of each deployment', async () => {
    cluster.deployments.get('hs-infer-deploy')!.replicas = 0;
    expect(await scaler().deployments()).toEqual({
      namespace: NAMESPACE,
      deployments: [
        {
          ...{ name: 'preprocess', deployment: 'hs-pre-deploy', range: { min: 1, max: 20 } },
          ...{ wanted: 1, ready: 1, updated: 1, pods: [] },
        },
        {
          ...{ name: 'infer', deployment: 'hs-infer-deploy', range: { min: 0, max: 20 } },
          ...{ wanted: 0, ready: 0, updated: 0, pods: [] },
        },
        {
          ...{ name: 'postprocess', deployment: 'hs-post-deploy', range: { min: 0, max: 20 } },
          ...{ wanted: 1, ready: 1, updated: 1, pods: [] },
        },
      ],
    });
  });

  it('returns the node of each pod, and why it is not running', async () => {
    const created = '2025-11-21T10:00:00Z';
    const pod = (app: string, name: string, spec: object, status: object, metadata: object = {}) => ({
      metadata: { name, labels: { app }, creationTimestamp: created, ...metadata },
      spec,
      status,
    });
    const ready = [{ type: 'Ready', status: 'True' }];
    const pulling = { name: 'infer', restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } };
    const noNode = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }];
    cluster.pods = [
      pod(
        'hs-infer', 'a', { nodeName: 'gpu-1' },
        { phase: 'Running', conditions: ready, containerStatuses: [{ restartCount: 2, state: { running: {} } }, { restartCount: 1 }] },
      ),
      pod('hs-infer', 'b', { nodeName: 'gpu-2' }, { phase: 'Pending', containerStatuses: [pulling] }),
      pod('hs-infer', 'c', {}, { phase: 'Pending', conditions: noNode }),
      pod('hs-infer', 'd', { nodeName: 'gpu-1' }, { phase: 'Running', conditions: ready }, { deletionTimestamp: created }),
      pod('hs-infer', 'e', { nodeName: 'gpu-1' }, { phase: 'Failed', reason: 'Evicted' }),
      pod('another-app', 'x', {}, { phase: 'Running' }),
    ]; // prettier-ignore
    const { deployments } = await scaler().deployments();
    const about = { restarts: 0, ready: false, reason: undefined, createdAt: new Date(created) };
    expect(deployments.map(({ pods }) => pods.length)).toEqual([0, 5, 0]);
    expect(deployments[1]!.pods).toEqual([
      { ...about, name: 'a', node: 'gpu-1', phase: 'Running', ready: true, restarts: 3 },
      { ...about, name: 'b', node: 'gpu-2', phase: 'Pending', reason: 'ImagePullBackOff' },
      { ...about, name: 'c', node: undefined, phase: 'Pending', reason: 'Unschedulable' },
      { ...about, name: 'd', node: 'gpu-1', phase: 'Terminating', ready: true },
      { ...about, name: 'e', node: 'gpu-1', phase: 'Failed', reason: 'Evicted' },
    ]);
  });

  it('omits services that are not deployed, and fails if none is', async () => {
    cluster.deployments.delete('hs-post-deploy');
    expect((await scaler().deployments()).deployments.map(({ name }) => name)).toEqual([
      'preprocess',
      'infer',
    ]);
    const { code, message } = await failure(scaler({ namespace: 'elsewhere' }).deployments());
    expect(code).toBe('DEPLOYMENT_NOT_FOUND');
    expect(message).toMatch(/hs-pre-deploy or hs-infer-deploy or hs-post-deploy in namespace elsewhere/);
  });
});

describe('scaling', () => {
  const replicas = () => cluster.deployments.get('hs-infer-deploy')!.replicas;

  it.each(['infer', 'hs-infer-deploy'])('accepts the name %s', async (name) => {
    const change = { name: 'infer', deployment: 'hs-infer-deploy', before: 1, after: 3 };
    expect(await scaler().scale(name, 3)).toEqual(change);
    expect(replicas()).toBe(3);
  });

  it('writes nothing if the number is unchanged', async () => {
    expect(await scaler().scale('infer', 1)).toMatchObject({ before: 1, after: 1 });
    expect(cluster.requests).toEqual([
      'GET /apis/apps/v1/namespaces/boxreel/deployments/hs-infer-deploy',
      'GET /apis/apps/v1/namespaces/boxreel/deployments/hs-infer-deploy/scale',
    ]);
  });

  it('reads again after a concurrent change', async () => {
    cluster.beforePatch = (deployment) => {
      cluster.beforePatch = () => undefined;
      Object.assign(deployment, { replicas: 5, resourceVersion: 8 });
    };
    expect(await scaler().scale('infer', (before) => before + 1)).toMatchObject({ before: 5, after: 6 });
    expect(replicas()).toBe(6);
  });

  it('gives up without a change if every attempt conflicts', async () => {
    cluster.beforePatch = (deployment) => deployment.resourceVersion++;
    const { code } = await failure(scaler().scale('infer', 9));
    expect([code, replicas()]).toEqual(['SCALE_CONFLICT', 1]);
  });

  it.each([
    ['nothing', 1], ['hs-mongo', 1], ['', 1], ['__proto__', 1],
  ])('rejects the unknown deployment "%s" and names the known ones', async (name, count) => {
    const { code, message } = await failure(scaler().scale(name, count));
    expect(code).toBe('UNKNOWN_DEPLOYMENT');
    expect(message).toMatch(/preprocess \(hs-pre-deploy\), infer \(hs-infer-deploy\), postprocess \(hs-post-deploy\)/);
    expect(cluster.requests).toEqual([]);
  }); // prettier-ignore

  it.each([
    ['infer', -1, '0 to 20'], ['infer', 21, '0 to 20'], ['infer', 1.5, '0 to 20'], ['infer', NaN, '0 to 20'],
    ['infer', Infinity, '0 to 20'], ['preprocess', 0, '1 to 20'],
  ])('rejects scaling %s to %d replicas', async (name, count, range) => {
    const { code, message } = await failure(scaler().scale(name, count));
    expect([code, message]).toEqual(['BAD_REPLICAS', expect.stringContaining(`whole number from ${range}`)]);
    expect(cluster.requests).toEqual([]);
  }); // prettier-ignore

  it('checks the range of a number computed from the current one', async () => {
    const { code } = await failure(scaler({ maxReplicas: 1 }).scale('infer', (before) => before + 1));
    expect([code, replicas()]).toEqual(['BAD_REPLICAS', 1]);
  });
});

describe('with KEDA', () => {
  it.each(['preprocess', 'infer', 'hs-post-deploy'])(
    'rejects scaling %s and says what to do',
    async (name) => {
      const { code, message } = await failure(scaler({ scaler: 'keda' }).scale(name, 1));
      expect(code).toBe('DRIVEN_BY_KEDA');
      expect(message).toMatch(/minReplicaCount.*paused-replicas.*SCALER=manual/);
      expect(cluster.requests).toEqual([]);
    },
  );

  it('detects KEDA from the annotation of the deployment without SCALER=keda', async () => {
    const infer = cluster.deployments.get('hs-infer-deploy')!;
    infer.annotations = { 'boxreel/scaler': 'keda' };
    expect((await failure(scaler().scale('infer', 3))).code).toBe('DRIVEN_BY_KEDA');
    expect(infer.replicas).toBe(1);
    const { deployments } = await scaler().deployments();
    expect(deployments.map(({ range }) => range !== undefined)).toEqual([true, false, true]);
  });

  it('reads all deployments', async () => {
    const { deployments } = await scaler({ scaler: 'keda' }).deployments();
    expect(deployments.map(({ range }) => range)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a scaler', () => {
  const environment = { ...process.env };
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'scaling-home-'));
    process.env.HOME = home;
    delete process.env.KUBECONFIG;
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(home, { recursive: true });
  });
  const found = () => new KubeScaler({ maxReplicas: 20, scaler: 'manual' });

  it('finds the cluster from KUBECONFIG', async () => {
    process.env.KUBECONFIG = cluster.kubeconfig;
    expect(await found().scale('infer', 2)).toMatchObject({ before: 1, after: 2 });
  });

  it("uses the pod's ServiceAccount and namespace", async () => {
    process.env.KUBERNETES_SERVICE_HOST = '127.0.0.1';
    process.env.KUBERNETES_SERVICE_PORT = String(cluster.port);
    const inPod = { kubeconfig: undefined, podRoot: `${cluster.folder}/` };
    expect(await scaler(inPod).scale('infer', 2)).toMatchObject({ before: 1, after: 2 });
    expect((await scaler(inPod).deployments()).namespace).toBe(NAMESPACE);
    await rm(join(cluster.folder, 'var/run/secrets/kubernetes.io/serviceaccount/token'));
    const { code, message } = await failure(scaler(inPod).deployments());
    expect([code, message]).toEqual(['BAD_KUBECONFIG', expect.stringContaining('"token" (ENOENT)')]);
  });

  it('fails outside a cluster and says what to do', async () => {
    for (const call of [found().deployments(), found().scale('infer', 1)]) {
      const { code, message } = await failure(call);
      expect([code, message]).toEqual(['OUTSIDE_CLUSTER', expect.stringContaining('KUBECONFIG')]);
    }
  });

  it.each([
    ['does not exist', undefined, /"broken".*no such file/],
    ['is not YAML', `users: [{token: ${TOKEN}`, /not a valid kubeconfig/],
    ['is empty', '', /not a valid kubeconfig/],
    ['has no current context', '{"clusters": [], "users": [], "contexts": []}', /current-context/],
  ])('fails with a kubeconfig that %s', async (_, content, sentence) => {
    const kubeconfig = join(home, 'broken');
    if (content !== undefined) await writeFile(kubeconfig, content);
    const { code, message } = await failure(scaler({ kubeconfig }).deployments());
    expect([code, message]).toEqual(['BAD_KUBECONFIG', expect.stringMatching(sentence)]);
  });

  it('rejects an unencrypted address unless the kubeconfig allows it', async () => {
    const kubeconfig = await cluster.writeKubeconfig('plain', { server: `http://127.0.0.1:${cluster.port}` });
    const { code, message } = await failure(scaler({ kubeconfig }).deployments());
    expect([code, message]).toEqual(['BAD_KUBECONFIG', expect.stringContaining('insecure-skip-tls-verify')]);
  });
});
