import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { isMissing } from '#errors';
import { BadKubeconfigError, OutsideClusterError } from './errors';

/** Loaded on first use, because loading takes a third of a second. */
export function kubernetes(): typeof import('@kubernetes/client-node') {
  return createRequire(__filename)('@kubernetes/client-node') as typeof import('@kubernetes/client-node');
}

export interface KubeOptions {
  /** Default: the namespace of the pod, of the kubeconfig's context, or of the manifests. */
  readonly namespace?: string | undefined;
  /** File to use instead of KUBECONFIG, `~/.kube/config` or the pod's ServiceAccount. */
  readonly kubeconfig?: string | undefined;
  /** Uses only the ServiceAccount, with this folder as `/`, for tests. */
  readonly podRoot?: string | undefined;
  /** Time limit of a call in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 5_000;

/** Namespace of the manifests in k8s/. Kubeconfigs of kind, minikube or k3s name none. */
const NAMESPACE = 'boxreel';

/** A connection to a cluster. */
export interface KubeClient {
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
  readonly namespace: string;
  /** Address of the API server. */
  readonly server: string;
  readonly timeoutMs: number;
}

/**
 * Finds the cluster and the credentials; sends nothing yet.
 * @throws OutsideClusterError if there is no cluster
 * @throws BadKubeconfigError
 */
export function connect(options: KubeOptions): KubeClient {
  const { AppsV1Api, CoreV1Api, ServerConfiguration, createConfiguration } = kubernetes();
  const { timeoutMs = TIMEOUT_MS } = options;
  const config = load(options);
  const server = checkServer(config);
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        // The client has no timeout option and would wait for minutes.
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(timeoutMs));
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  const context = config.getContextObject(config.getCurrentContext());
  return {
    apps: new AppsV1Api(configuration),
    core: new CoreV1Api(configuration),
    namespace: options.namespace ?? (context?.namespace?.trim() || NAMESPACE),
    server,
    timeoutMs,
  };
}

function load({ kubeconfig, podRoot }: KubeOptions): KubeConfig {
  const config = new (kubernetes().KubeConfig)();
  try {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else if (podRoot !== undefined) config.loadFromCluster(podRoot);
    else config.loadFromDefault();
  } catch (error) {
    throw new BadKubeconfigError(whyUnusable(error)); // without its cause, which quotes the file
  }
  // The context that loadFromDefault creates if it finds no configuration.
  if (config.getCurrentContext() === 'loaded-context') throw new OutsideClusterError();
  return config;
}

/** Quotes nothing from the file, which may contain a token. @param error of reading or parsing it */
function whyUnusable(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  if (path === undefined) return 'The kubeconfig cannot be used: it is not a valid kubeconfig file.';
  const why = isMissing(error) ? 'there is no such file' : `it cannot be read (${code ?? ''})`;
  return `The kubeconfig "${basename(path)}" cannot be used: ${why}.`;
}

function checkServer(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new BadKubeconfigError('The kubeconfig cannot be used: its current-context has no cluster.');
  const { server, skipTLSVerify } = cluster;
  if (!/^https?:\/\/./.test(server)) {
    throw new BadKubeconfigError(
      `The kubeconfig cannot be used: "${server}" is not the address of an API server.`,
    );
  }
  if (server.startsWith('http:') && !skipTLSVerify) {
    throw new BadKubeconfigError(
      `The kubeconfig cannot be used: ${server} is not encrypted, which requires "insecure-skip-tls-verify: true".`,
    );
  }
  return server;
}
