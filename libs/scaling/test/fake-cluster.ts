import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createAuthority, createServerCertificate } from './certificate';

export const NAMESPACE = 'boxreel';
export const TOKEN = 'a-secret-token';
const USER = 'system:serviceaccount:boxreel:hs-scaler';
const AUTHORITY = 'fake-cluster-authority';
const ACCOUNT_FOLDER = 'var/run/secrets/kubernetes.io/serviceaccount';

/** An RBAC rule of the only user; without `names` it covers every object. */
export interface Rule {
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
}

const names = ['hs-pre-deploy', 'hs-infer-deploy', 'hs-post-deploy'];
const RULES: readonly Rule[] = [
  { resource: 'deployments', verbs: ['get'], names },
  { resource: 'deployments/scale', verbs: ['get', 'patch'], names },
  { resource: 'pods', verbs: ['list'] },
];

interface Deployment {
  replicas: number;
  annotations?: Record<string, string>;
  resourceVersion: number;
}

/** A response of a failing API server. */
export type Trouble = (response: ServerResponse) => void;

/**
 * The parts of a Kubernetes API server that the scaler uses, over TLS, with the responses of kube-apiserver 1.3x.
 * All desired replicas are ready; pods exist only if a test adds them.
 */
export class FakeCluster {
  readonly deployments = new Map<string, Deployment>(
    names.map((name) => [name, { replicas: 1, resourceVersion: 7 }]),
  );
  pods: object[] = [];
  rules: readonly Rule[] = RULES;
  /** Responds in place of the API. */
  trouble: Trouble | undefined;
  /** Called before a change, to simulate a concurrent one. */
  beforePatch: (deployment: Deployment) => void = () => undefined;
  /** `GET /path`, in order. */
  readonly requests: string[] = [];
  private sequence = 100;

  private constructor(
    private readonly server: Server,
    /** Contains a kubeconfig and the files of a pod's ServiceAccount. */
    readonly folder: string,
    private readonly authority: string,
  ) {
    server.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response),
    );
  }

  static async start(): Promise<FakeCluster> {
    const authority = createAuthority(AUTHORITY);
    const server = createServer(createServerCertificate(authority, AUTHORITY));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const folder = await mkdtemp(join(tmpdir(), 'fake-cluster-'));
    const cluster = new FakeCluster(server, folder, authority.cert);
    const account = join(folder, ACCOUNT_FOLDER);
    await mkdir(account, { recursive: true });
    await writeFile(join(account, 'token'), TOKEN);
    await writeFile(join(account, 'ca.crt'), authority.cert);
    await writeFile(join(account, 'namespace'), `${NAMESPACE}\n`);
    await cluster.writeKubeconfig('kubeconfig', {});
    return cluster;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  /** Writes a kubeconfig that differs from the valid one. @returns its path */
  async writeKubeconfig(
    name: string,
    wrong: {
      server?: string;
      token?: string;
      ca?: string;
      context?: string;
      namespace?: string;
      user?: object;
    },
  ): Promise<string> {
    const ca = Buffer.from(wrong.ca ?? this.authority).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'fake', cluster: { server: wrong.server ?? this.url, 'certificate-authority-data': ca } },
      ],
      users: [{ name: 'scaler', user: wrong.user ?? { token: wrong.token ?? TOKEN } }],
      contexts: [
        {
          name: 'here',
          context: { cluster: 'fake', user: 'scaler', namespace: wrong.namespace ?? NAMESPACE },
        },
      ],
      'current-context': wrong.context ?? 'here',
    };
    const path = join(this.folder, name);
    await writeFile(path, JSON.stringify(config)); // JSON is YAML
    return path;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    await rm(this.folder, { recursive: true });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'https://127.0.0.1');
    const method = request.method ?? '';
    const body = await text(request);
    this.requests.push(`${method} ${url.pathname}`);
    if (this.trouble) {
      this.trouble(response);
      return;
    }
    const { status, answer } = this.handle(request, method, url, body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  private handle(request: IncomingMessage, method: string, url: URL, body: string): Answer {
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return refusal(401, 'Unauthorized', 'Unauthorized');
    const path =
      /^\/(?:api|apis\/apps)\/v1\/namespaces\/([^/]+)\/(pods|deployments)(?:\/([^/]+))?(\/scale)?$/;
    const [, namespace = '', kind = '', name, scale = ''] = path.exec(url.pathname) ?? [];
    const resource = kind + scale;
    const verb = method === 'PATCH' ? 'patch' : name === undefined ? 'list' : 'get';
    if (!this.allows(resource, verb, name)) {
      const what = kind === 'pods' ? 'pods is forbidden' : `deployments.apps "${name ?? ''}" is forbidden`;
      const group = kind === 'pods' ? '' : 'apps';
      const why = `cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
      return refusal(403, 'Forbidden', `${what}: User "${USER}" ${why}`);
    }
    if (kind === 'pods') return this.listPods(namespace, url.searchParams.get('labelSelector') ?? '');
    const deployment = namespace === NAMESPACE ? this.deployments.get(name ?? '') : undefined;
    if (!deployment) return refusal(404, 'NotFound', `deployments.apps "${name ?? ''}" not found`);
    if (verb === 'get')
      return { status: 200, answer: scale ? toScale(deployment) : toDeployment(deployment) };
    this.beforePatch(deployment);
    return this.patch(deployment, request.headers['content-type'], body, name ?? '');
  }

  private allows(resource: string, verb: string, name: string | undefined): boolean {
    return this.rules.some(
      (rule) =>
        rule.resource === resource &&
        rule.verbs.includes(verb) &&
        (!rule.names || (name !== undefined && rule.names.includes(name))),
    );
  }

  private listPods(namespace: string, selector: string): Answer {
    const apps = /^app in \(([^)]*)\)$/.exec(selector)?.[1]?.split(',') ?? [];
    const items = (this.pods as { metadata: { labels: { app: string } } }[]).filter(({ metadata }) =>
      apps.includes(metadata.labels.app),
    );
    return {
      status: 200,
      answer: { kind: 'PodList', metadata: {}, items: namespace === NAMESPACE ? items : [] },
    };
  }

  private patch(deployment: Deployment, type: string | undefined, body: string, name: string): Answer {
    if (type !== 'application/merge-patch+json') {
      const why = 'json: cannot unmarshal object into Go value of type jsonpatch.Patch';
      return refusal(400, 'BadRequest', `error decoding patch: ${why}`);
    }
    const patch = JSON.parse(body) as {
      metadata?: { resourceVersion?: string };
      spec?: { replicas?: unknown };
    };
    const version = patch.metadata?.resourceVersion;
    if (version !== undefined && version !== String(deployment.resourceVersion)) {
      const why =
        'the object has been modified; please apply your changes to the latest version and try again';
      return refusal(409, 'Conflict', `Operation cannot be fulfilled on deployments.apps "${name}": ${why}`);
    }
    const replicas = patch.spec?.replicas ?? deployment.replicas;
    if (typeof replicas !== 'number' || replicas < 0 || replicas >= 2 ** 31) {
      const why = `spec.replicas: Invalid value: ${JSON.stringify(replicas)}: must be a whole number of 32 bits, 0 or more`;
      return refusal(422, 'Invalid', `Scale.autoscaling "${name}" is invalid: ${why}`);
    }
    if (replicas !== deployment.replicas) deployment.resourceVersion = ++this.sequence;
    deployment.replicas = replicas;
    return { status: 200, answer: toScale(deployment) };
  }
}

interface Answer {
  readonly status: number;
  readonly answer: object;
}

function refusal(status: number, reason: string, message: string): Answer {
  const answer = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
  };
  return { status, answer };
}

/** Omits 0, like the API. */
function toScale({ replicas, resourceVersion }: Deployment): object {
  const count = replicas === 0 ? {} : { replicas };
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { resourceVersion: String(resourceVersion) },
    spec: count,
    status: { replicas },
  };
}

function toDeployment({ replicas, resourceVersion, annotations }: Deployment): object {
  const counts = replicas === 0 ? {} : { replicas, readyReplicas: replicas, updatedReplicas: replicas };
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { resourceVersion: String(resourceVersion), annotations },
    spec: { replicas },
    status: counts,
  };
}
