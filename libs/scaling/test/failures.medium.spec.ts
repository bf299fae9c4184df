import { once } from 'node:events';
import { createServer } from 'node:net';
import { KubeScaler, type KubeScalerOptions } from '../src/kube-scaler';
import { createAuthority } from './certificate';
import { failure } from './failure';
import { FakeCluster, TOKEN, type Rule, type Trouble } from './fake-cluster';

let cluster: FakeCluster;
beforeEach(async () => (cluster = await FakeCluster.start()));
afterEach(() => cluster.stop());

const scaler = (options: Partial<KubeScalerOptions> = {}) =>
  new KubeScaler({ maxReplicas: 20, scaler: 'manual', kubeconfig: cluster.kubeconfig, ...options });

describe('the missing RBAC rule', () => {
  const names = ['hs-pre-deploy', 'hs-infer-deploy', 'hs-post-deploy'];
  const read: Rule = { resource: 'deployments', verbs: ['get'], names };
  const scale = 'apiGroups ["apps"], resources ["deployments/scale"], resourceNames ["hs-infer-deploy"]';
  it.each<[string, Rule[], (scaler: KubeScaler) => Promise<unknown>, string]>([
    ['read a scale', [read], (it) => it.scale('infer', 2), `${scale}, verbs ["get"].`],
    [
      'change a scale',
      [read, { resource: 'deployments/scale', verbs: ['get'] }],
      (it) => it.scale('infer', 2),
      `${scale}, verbs ["patch"].`,
    ],
    ['list pods', [read], (it) => it.deployments(), 'apiGroups [""], resources ["pods"], verbs ["list"].'],
    [
      'read a deployment',
      [
        { resource: 'pods', verbs: ['list'] },
        { resource: 'deployments', verbs: ['get'], names: names.slice(1) },
      ],
      (it) => it.deployments(),
      'apiGroups ["apps"], resources ["deployments"], resourceNames ["hs-pre-deploy"], verbs ["get"].',
    ],
  ])('is named if the account may not %s', async (_, rules, call, rule) => {
    cluster.rules = rules;
    const { code, message } = await failure(call(scaler()));
    expect(code).toBe('NOT_PERMITTED');
    expect(message).toContain(rule);
    expect(message).toContain('system:serviceaccount:boxreel:hs-scaler');
    expect(message).toContain('in namespace boxreel');
  });
});

describe('a failing cluster', () => {
  const status =
    (code: number, reason: string, message: string): Trouble =>
    (response) => {
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code }),
      );
    };
  const plain =
    (code: number, type: string, body: string): Trouble =>
    (response) => {
      response.writeHead(code, { 'Content-Type': type }).end(body);
    };
  it.each<[string, Trouble, string, RegExp]>([
    ['rejects the token', status(401, 'Unauthorized', 'Unauthorized'), 'CLUSTER_CREDENTIALS_REFUSED', /invalid or expired/],
    ['returns 401 without a body', (response) => response.writeHead(401).end(), 'CLUSTER_CREDENTIALS_REFUSED', /invalid or expired/],
    ['never responds', () => undefined, 'CLUSTER_TIMEOUT', /did not respond within 0\.5 s/],
    ['never ends its response', (response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"ki'), 'CLUSTER_TIMEOUT', /within/],
    ['resets the connection', (response) => response.destroy(), 'CLUSTER_UNREACHABLE', /the connection was reset/],
    ['is a web page', plain(200, 'text/html', '<html>'), 'CLUSTER_UNEXPECTED_ANSWER', /API server\?/],
    ['is plain text', plain(200, 'text/plain', 'ok'), 'CLUSTER_UNEXPECTED_ANSWER', /API server\?/],
    ['is another API', plain(200, 'application/json', '{"hello":1}'), 'CLUSTER_UNEXPECTED_ANSWER', /API server\?/],
    ['sends broken JSON', plain(200, 'application/json', '{"kind":'), 'CLUSTER_UNEXPECTED_ANSWER', /API server\?/],
    ['sends nothing', (response) => response.writeHead(200).end(), 'CLUSTER_UNEXPECTED_ANSWER', /API server\?/],
    ['is a web server without this page', plain(404, 'text/html', '<html>'), 'CLUSTER_UNEXPECTED_ANSWER', /returned 404/],
    ['is behind a broken proxy', plain(502, 'text/html', '<html>'), 'CLUSTER_UNEXPECTED_ANSWER', /returned 502/],
    ['is overloaded', status(429, 'TooManyRequests', 'too many requests'), 'CLUSTER_UNEXPECTED_ANSWER', /429: too many requests/],
    ['is broken', status(500, 'InternalError', 'etcdserver: no leader'), 'CLUSTER_UNEXPECTED_ANSWER', /no leader/],
  ])('is reported if it %s', async (_, trouble, code, sentence) => {
    cluster.trouble = trouble;
    for (const call of [scaler({ timeoutMs: 500 }).scale('infer', 2), scaler({ timeoutMs: 500 }).deployments()]) {
      const error = await failure(call);
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(sentence)]);
      expect(error.message).toContain(cluster.url);
    }
  }); // prettier-ignore

  it('is reported if it refuses connections', async () => {
    const kubeconfig = await cluster.writeKubeconfig('gone', { server: 'https://127.0.0.1:1' });
    const { code, message } = await failure(scaler({ kubeconfig }).deployments());
    expect([code, message]).toEqual([
      'CLUSTER_UNREACHABLE',
      expect.stringContaining('the connection was refused'),
    ]);
  });

  it('is reported if its certificate is not trusted', async () => {
    const kubeconfig = await cluster.writeKubeconfig('other-ca', { ca: createAuthority('another').cert });
    const { code, message } = await failure(scaler({ kubeconfig }).deployments());
    expect([code, message]).toEqual([
      'CLUSTER_UNREACHABLE',
      expect.stringContaining('certificate is not trusted'),
    ]);
  });

  it('is reported if its certificate is for a different name', async () => {
    const kubeconfig = await cluster.writeKubeconfig('name', { server: `https://localhost:${cluster.port}` });
    const { code, message } = await failure(scaler({ kubeconfig }).deployments());
    expect([code, message]).toEqual([
      'CLUSTER_UNREACHABLE',
      expect.stringContaining('certificate is for a different name'),
    ]);
  });

  it('is reported if it does not use TLS', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const kubeconfig = await cluster.writeKubeconfig('http', { server: `https://127.0.0.1:${port}` });
    expect(await failure(scaler({ kubeconfig }).deployments())).toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
    });
    server.close();
  });

  it('is reported if it rejects the credentials', async () => {
    const kubeconfig = await cluster.writeKubeconfig('token', { token: 'another' });
    const { code } = await failure(scaler({ kubeconfig }).deployments());
    expect(code).toBe('CLUSTER_CREDENTIALS_REFUSED');
  });
});

describe('the credentials command of a kubeconfig', () => {
  const exec = (command: string, ...args: string[]) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args, interactiveMode: 'Never' },
  });
  const credentials = (token: string) =>
    `console.log(JSON.stringify({ status: { token: '${token}', expirationTimestamp: '2999-01-01T00:00:00Z' } }))`;

  it('is run to get a token', async () => {
    const user = exec(process.execPath, '-e', credentials(TOKEN));
    const kubeconfig = await cluster.writeKubeconfig('exec', { user });
    expect(await scaler({ kubeconfig }).scale('infer', 2)).toMatchObject({ after: 2 });
  });

  it.each([
    ['does not exist', exec('/no/such/command'), 'BAD_KUBECONFIG', /"command" \(ENOENT\)/],
    ['fails', exec(process.execPath, '-e', `throw '${TOKEN}'`), 'CLUSTER_UNEXPECTED_ANSWER', /credentials/],
    ['prints other text', exec(process.execPath, '-e', `console.log('${TOKEN}')`), 'CLUSTER_UNEXPECTED_ANSWER', /credentials/],
    ['never ends', exec(process.execPath, '-e', 'setTimeout(() => undefined, 1500)'), 'CLUSTER_TIMEOUT', /within 0\.5 s/],
  ])('is reported if it %s', async (_, user, code, sentence) => {
    const kubeconfig = await cluster.writeKubeconfig('exec', { user });
    const error = await failure(scaler({ kubeconfig, timeoutMs: 500 }).scale('infer', 2));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(sentence)]);
  }); // prettier-ignore
});
