import { rm } from 'node:fs/promises';
import type { DeploymentsResource } from '#contract';
import { FakeCluster, TOKEN } from '../../libs/scaling/test/fake-cluster';
import { problemsOf } from '../support/axe';
import { collectPageErrors, startBrowser } from '../support/browser';
import { Cluster } from '../support/cluster';
import { temporaryFolder } from '../support/video';

let home: string;
let services: Cluster;
let url: string;
beforeAll(async () => (home = await temporaryFolder()));
afterAll(() => rm(home, { recursive: true }));

const put = (path: string, body: string) =>
  fetch(`${url}${path}`, { method: 'PUT', body, headers: { 'Content-Type': 'application/json' } });
const scale = (name: string, replicas: unknown) =>
  put(`/api/deployments/${name}/scale`, JSON.stringify({ replicas }));
const submit = (name: string, replicas: string) =>
  fetch(`${url}/cluster/${name}/scale`, {
    method: 'POST',
    body: new URLSearchParams({ replicas }),
    redirect: 'manual',
    headers: { Accept: 'text/html' },
  });

async function problem(answer: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, ...error };
}

describe('outside a cluster', () => {
  beforeAll(async () => {
    services = await Cluster.start({ env: { HOME: home, KUBECONFIG: '' } });
    ({ url } = services);
  });
  afterAll(() => services.stop());

  it('the API returns 503 with the reason', async () => {
    for (const answer of [await fetch(`${url}/api/deployments`), await scale('infer', 3)]) {
      expect(await problem(answer)).toMatchObject({
        status: 503,
        code: 'OUTSIDE_CLUSTER',
        message: expect.stringMatching(/not running in a Kubernetes cluster/) as string,
      });
    }
  });

  it('the page says so without an error, and the others work', async () => {
    const page = await fetch(`${url}/cluster`);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('not running in a Kubernetes cluster'),
    ]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await submit('infer', '3')).status).toBe(503);
  });
});

describe('with a kubeconfig', () => {
  let kubernetes: FakeCluster;
  const replicas = (deployment: string) => kubernetes.deployments.get(deployment)?.replicas;
  beforeAll(async () => {
    kubernetes = await FakeCluster.start();
    const env = { HOME: home, KUBECONFIG: kubernetes.kubeconfig, SCALE_MAX_REPLICAS: '5' };
    services = await Cluster.start({ env });
    ({ url } = services);
  });
  afterAll(async () => {
    expect(await services.output()).not.toContain(TOKEN);
    await services.stop();
    await kubernetes.stop();
  });
  beforeEach(() => {
    kubernetes.trouble = undefined;
    for (const deployment of kubernetes.deployments.values()) deployment.replicas = 1;
  });

  it('the API reads the deployments and scales them', async () => {
    kubernetes.pods = [
      { metadata: { name: 'hs-infer-1', labels: { app: 'hs-infer' } }, spec: { nodeName: 'gpu-1' }, status: { phase: 'Running' } },
    ]; // prettier-ignore
    const answer = await scale('infer', 3);
    const change = { name: 'infer', deployment: 'hs-infer-deploy', before: 1, after: 3 };
    expect([answer.status, await answer.json()]).toEqual([200, change]);
    const { namespace, deployments } = (await (
      await fetch(`${url}/api/deployments`)
    ).json()) as DeploymentsResource;
    expect([namespace, deployments.map(({ name, replicas: { wanted } }) => [name, wanted])]).toEqual([
      'boxreel',
      [['preprocess', 1], ['infer', 3], ['postprocess', 1]],
    ]); // prettier-ignore
    expect(deployments[1]).toMatchObject({
      replicas: { wanted: 3, ready: 3, updated: 3 },
      range: { min: 0, max: 5 },
      pods: [
        { name: 'hs-infer-1', node: 'gpu-1', phase: 'Running', ready: false, restarts: 0, reason: null },
      ],
    });
  });

  it.each<[string, string, string, number, string]>([
    ['a number above the maximum', 'infer', '{"replicas":6}', 400, 'BAD_REPLICAS'],
    ['a fraction of a replica', 'infer', '{"replicas":1.5}', 400, 'BAD_REPLICAS'],
    ['zero replicas of preprocess', 'preprocess', '{"replicas":0}', 400, 'BAD_REPLICAS'],
    ['a text', 'infer', '{"replicas":"3"}', 400, 'BAD_REQUEST'],
    ['an unknown field', 'infer', '{"replica":3}', 400, 'BAD_REQUEST'],
    ['invalid JSON', 'infer', '{"replicas":', 400, 'BAD_REQUEST'],
    ['an unknown deployment', 'kube-dns', '{"replicas":0}', 404, 'UNKNOWN_DEPLOYMENT'],
  ])('the API refuses %s', async (_, name, body, status, code) => {
    expect(await problem(await put(`/api/deployments/${name}/scale`, body))).toMatchObject({ status, code });
    expect([...kubernetes.deployments.values()].map((deployment) => deployment.replicas)).toEqual([1, 1, 1]);
  });

  it('the API reports a failing cluster', async () => {
    kubernetes.trouble = (response) => response.destroy();
    expect(await problem(await scale('infer', 3))).toMatchObject({
      status: 502,
      code: 'CLUSTER_UNREACHABLE',
    });
    kubernetes.trouble = () => undefined;
    expect(await problem(await scale('infer', 3))).toMatchObject({ status: 504, code: 'CLUSTER_TIMEOUT' });
  });

  it('is in the OpenAPI document', async () => {
    const api = (await (await fetch(`${url}/api-json`)).json()) as { paths: Record<string, object> };
    expect(api.paths['/api/deployments/{name}/scale']).toMatchObject({
      put: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Scale' } } } },
        responses: { 200: {}, 400: {}, 403: {}, 404: {}, 409: {}, 422: {}, 502: {}, 503: {}, 504: {} },
      },
    });
  });

  it('the page scales with a form, without JavaScript', async () => {
    const page = await (await fetch(`${url}/cluster`)).text();
    expect(page).toContain('action="/cluster/infer/scale"');
    expect(page).toMatch(/min="1" max="5" value="1"[^>]*aria-label="Replicas of preprocess"/);
    const answer = await submit('infer', '4');
    expect([answer.status, replicas('hs-infer-deploy')]).toEqual([303, 4]);
    const after = await fetch(new URL(answer.headers.get('location') ?? '', url));
    expect([after.status, await after.text()]).toEqual([
      200,
      expect.stringContaining('infer is scaled from 1 to 4.'),
    ]);
  });

  it('the page is accessible on any screen', async () => {
    const waiting = { reason: 'CrashLoopBackOff' };
    kubernetes.pods = [
      {
        metadata: { name: 'hs-infer-deploy-7c9f8d6b5d-x2x4z', labels: { app: 'hs-infer' } },
        spec: { nodeName: 'gpu-node-with-a-long-name-1' },
        status: {
          phase: 'Running',
          containerStatuses: [{ ready: false, restartCount: 7, state: { waiting } }],
        },
      },
    ];
    const { browser, close } = await startBrowser();
    try {
      const page = await browser.newPage();
      const pageErrors = collectPageErrors(page);
      await page.goto(`${url}/cluster`);
      await page.getByText('CrashLoopBackOff').waitFor();
      expect(await problemsOf(page)).toEqual([]);
      await page.getByLabel('Replicas of infer').fill('4');
      await page.getByLabel('Replicas of infer').press('Enter');
      await page.getByText('infer is scaled from 1 to 4.').waitFor();
      expect(await problemsOf(page)).toEqual([]);
      expect(pageErrors).toEqual([]);
    } finally {
      await close();
    }
  });

  it.each([
    ['infer', '', 400], ['infer', '6', 400], ['infer', '-1', 400], ['preprocess', '0', 400], ['nothing', '1', 404],
  ])('the page refuses to scale %s to "%s", with the reason', async (name, count, status) => {
    const answer = await submit(name, count);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(/class="failed" role="alert">[^<]{20,}</)]);
    expect([...kubernetes.deployments.values()].map((deployment) => deployment.replicas)).toEqual([1, 1, 1]);
  }); // prettier-ignore

  it('the page shows only results of the form from its address', async () => {
    const page = async (query: string) => (await fetch(`${url}/cluster?${query}`)).text();
    expect(await page('scaled=infer&before=1&after=1')).toContain('infer stays at 1.');
    expect(await page('scaled=%3Cb%3E&before=1&after=2')).not.toContain('role="status"');
    expect(await page('scaled=infer&before=1&after=free')).not.toContain('role="status"');
  });
});
