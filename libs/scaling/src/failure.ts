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

/** What went wrong with a call, in words of this library. */
export function explain(error: unknown, call: ApiCall, client: KubeClient): ScalingError {
  const { server, timeoutMs } = client;
  const options = { cause: error };
  if (error instanceof kubernetes().ApiException)
    return fromAnswer(error.code, error.body, call, client, options);
  const { name, code, path } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError' || name === 'AbortError')
    return new ClusterTimeoutError(server, timeoutMs, options);
  if (name === 'FetchError' && code !== undefined) {
    return new ClusterUnreachableError(
      `The cluster at ${server} cannot be reached: ${network(code)}.`,
      options,
    );
  }
  if (path !== undefined) {
    const from = `"${basename(path)}" (${code ?? 'unreadable'})`;
    return new BadKubeconfigError(`The credentials for ${server} could not be read from ${from}.`, options);
  }
  return unexpected(server); // without the cause: it quotes what could not be parsed, which may be credentials
}

/** For an answer that says yes but is none of the Kubernetes API. */
export function unexpected(server: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(
    `${server}, or the credentials command of its kubeconfig, gave an answer that makes no sense: ` +
      'is it the address of a Kubernetes API server?',
  );
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string(),
  reason: z.string().optional(),
});

function fromAnswer(
  code: number,
  body: unknown,
  call: ApiCall,
  { server, namespace }: KubeClient,
  options: ErrorOptions,
): ScalingError {
  if (code === 401) return new CredentialsRefusedError(server, options); // the client keeps no body of it
  const status = readStatus(body);
  if (!status) {
    return new UnexpectedAnswerError(
      `${server} answered ${code}, and not as a Kubernetes API server does. Is the address right, and is it up?`,
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
      return new UnexpectedAnswerError(`The cluster at ${server} answered ${code}: ${message}`, options);
  }
}

/** The client leaves the body as text. */
function readStatus(body: unknown): z.output<typeof statusSchema> | undefined {
  try {
    return statusSchema.safeParse(typeof body === 'string' ? JSON.parse(body) : body).data;
  } catch {
    return undefined;
  }
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up at the moment',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS',
};

/** Codes of OpenSSL for a certificate that the given authority did not sign. */
const UNTRUSTED = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS)/;

function network(code: string): string {
  const why =
    NETWORK[code] ?? (UNTRUSTED.test(code) ? 'its certificate is not to be trusted' : 'a network error');
  return `${why} (${code})`;
}
