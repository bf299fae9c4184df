import { basename } from 'node:path';
import { z } from 'zod';
import type { ApiCall } from './calls';
import {
  BadKubeconfigError,
  ClusterTimeoutError,
  ClusterUnreachableError,
  CredentialsRefusedError,
  DeploymentNotFoundError,
  NotPermittedError,
  ScaleConflictError,
  ScaleInvalidError,
  UnexpectedAnswerError,
  type ScalingError,
} from './errors';
import { kubernetes, type KubeClient } from './kube-client';

/** Translates the error of a call. */
export function explain(error: unknown, call: ApiCall, client: KubeClient): ScalingError {
  const { server, timeoutMs } = client;
  const options = { cause: error };
  if (error instanceof kubernetes().ApiException)
    return fromResponse(error.code, error.body, call, client, options);
  const { name, code, path } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError' || name === 'AbortError')
    return new ClusterTimeoutError(server, timeoutMs, options);
  if (name === 'FetchError' && code !== undefined) {
    return new ClusterUnreachableError(`Cannot reach the cluster at ${server}: ${network(code)}.`, options);
  }
  if (path !== undefined) {
    const from = `"${basename(path)}" (${code ?? 'unreadable'})`;
    return new BadKubeconfigError(`The credentials for ${server} could not be read from ${from}.`, options);
  }
  return unexpected(server); // without the cause, which quotes unparsable text that may contain credentials
}

/** For a successful response that is not from the Kubernetes API. */
export function unexpected(server: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(
    `Invalid response from ${server} or from the credentials command of its kubeconfig: ` +
      'is it the address of a Kubernetes API server?',
  );
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string(),
  reason: z.string().optional(),
});

function fromResponse(
  code: number,
  body: unknown,
  call: ApiCall,
  { server, namespace }: KubeClient,
  options: ErrorOptions,
): ScalingError {
  if (code === 401) return new CredentialsRefusedError(server, options); // the client drops its body
  const status = readStatus(body);
  if (!status) {
    return new UnexpectedAnswerError(
      `${server} returned ${code}, but not like a Kubernetes API server. Is the address correct, and is the server running?`,
      options,
    );
  }
  const { message } = status;
  switch (code) {
    case 403:
      return new NotPermittedError(call, namespace, /User "([^"]+)"/.exec(message)?.[1], options);
    case 404:
      return new DeploymentNotFoundError(call.name ?? call.resource, namespace, options);
    case 409:
      return new ScaleConflictError(call.name ?? call.resource, options);
    case 422:
      return new ScaleInvalidError(message, options);
    default:
      return new UnexpectedAnswerError(`The cluster at ${server} returned ${code}: ${message}`, options);
  }
}

/** The client returns the body as text. */
function readStatus(body: unknown): z.output<typeof statusSchema> | undefined {
  try {
    return statusSchema.safeParse(typeof body === 'string' ? JSON.parse(body) : body).data;
  } catch {
    return undefined;
  }
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved right now',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for a different name',
  EPROTO: 'it does not use TLS',
};

/** OpenSSL codes for a certificate that the given authority did not sign. */
const UNTRUSTED = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS)/;

function network(code: string): string {
  const why = NETWORK[code] ?? (UNTRUSTED.test(code) ? 'its certificate is not trusted' : 'a network error');
  return `${why} (${code})`;
}
