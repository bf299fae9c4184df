import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { isMissing } from '#errors';
import { BadKubeconfigError, OutsideClusterError } from './errors';

/** Loaded when it is first used: it takes a third of a second, which a service that scales nothing need not pay. */
export function kubernetes(): typeof import('@kubernetes/client-node') {
  return createRequire(__filename)('@kubernetes/client-node') as typeof import('@kubernetes/client-node');
}

export interface KubeOptions {
  /** Default: that of the pod, or of the kubeconfig's context, or the one of the manifests. */
  readonly namespace?: string | undefined;
  /** File to use instead of what KUBECONFIG, `~/.kube/config` or the pod's ServiceAccount say. */
  readonly kubeconfig?: string | undefined;
  /** Folder that stands for `/` when the ServiceAccount's files are read, and only they: for tests. */
  readonly podRoot?: string | undefined;
  /** A call that takes longer has failed, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 5_000;

/** Where k8s/ puts everything. A kubeconfig of kind, minikube or k3s names none, and scripts/ use this one, too. */
const NAMESPACE = 'boxreel';

/** The calls to one cluster. */
export interface KubeClient {
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
  readonly namespace: string;
  /** Its address. */
  readonly server: string;
  readonly timeoutMs: number;
}

/**
 * Finds the cluster and the credentials; nothing is sent yet.
 * @throws OutsideClusterError where there is none
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
        // the client has no option for it, and would wait for minutes
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
  // what loadFromDefault makes up when it finds nothing
  if (config.getCurrentContext() === 'loaded-context') throw new OutsideClusterError();
  return config;
}

/** Says nothing of what is in the file: that may be a token. @param error of reading or parsing it */
function whyUnusable(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  if (path === undefined) return 'The kubeconfig cannot be used: it is not a valid kubeconfig file.';
  const why = isMissing(error) ? 'there is no such file' : `it cannot be read (${code ?? ''})`;
  return `The kubeconfig "${basename(path)}" cannot be used: ${why}.`;
}

function checkServer(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new BadKubeconfigError('The kubeconfig cannot be used: its current-context names no cluster.');
  const { server, skipTLSVerify } = cluster;
  if (!/^https?:\/\/./.test(server)) {
    throw new BadKubeconfigError(
      `The kubeconfig cannot be used: "${server}" is no address of an API server.`,
    );
  }
  if (server.startsWith('http:') && !skipTLSVerify) {
    throw new BadKubeconfigError(
      `The kubeconfig cannot be used: ${server} is not encrypted, which takes "insecure-skip-tls-verify: true" there.`,
    );
  }
  return server;
}
