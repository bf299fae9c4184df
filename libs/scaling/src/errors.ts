import { BoxreelError } from '#errors';
import type { ApiCall } from './calls';

/** Why the cluster could not be read or changed; the message is for the user and names no secrets. */
export abstract class ScalingError extends BoxreelError {}

/** This process neither runs in a cluster nor has a kubeconfig. */
export class OutsideClusterError extends ScalingError {
  constructor() {
    super(
      'OUTSIDE_CLUSTER',
      'Boxreel is not running in a Kubernetes cluster, so there are no Deployments to read or scale. ' +
        'In a pod it uses the ServiceAccount; elsewhere KUBECONFIG or ~/.kube/config must name a cluster.',
    );
  }
}

/** The kubeconfig, or a file of it or of the ServiceAccount, cannot be used. */
export class BadKubeconfigError extends ScalingError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_KUBECONFIG', message, options);
  }
}

export class UnknownDeploymentError extends ScalingError {
  constructor(name: string, known: readonly string[]) {
    super(
      'UNKNOWN_DEPLOYMENT',
      `Unknown deployment "${name.slice(0, 64)}": expected one of ${known.join(', ')}.`,
    );
  }
}

export class BadReplicasError extends ScalingError {
  constructor(name: string, replicas: number, { min, max }: { readonly min: number; readonly max: number }) {
    const not = Number.isNaN(replicas) ? '' : `, not ${replicas}`;
    super('BAD_REPLICAS', `The replicas of ${name} must be a whole number from ${min} to ${max}${not}.`);
  }
}

export class DrivenByKedaError extends ScalingError {
  constructor(name: string) {
    super(
      'DRIVEN_BY_KEDA',
      `KEDA scales ${name} by its queue (SCALER=keda) and would undo this change. Change minReplicaCount and ` +
        'maxReplicaCount of its ScaledObject, pin it with the annotation autoscaling.keda.sh/paused-replicas, ' +
        'or remove the ScaledObject and set SCALER=manual.',
    );
  }
}

export class DeploymentNotFoundError extends ScalingError {
  constructor(deployment: string, namespace: string, options?: ErrorOptions) {
    super(
      'DEPLOYMENT_NOT_FOUND',
      `There is no Deployment ${deployment} in namespace ${namespace}. Is it deployed there, and is KUBE_NAMESPACE correct?`,
      options,
    );
  }
}

export class NotPermittedError extends ScalingError {
  /** @param user the user name that the API server reports */
  constructor(
    { verb, group, resource, name }: ApiCall,
    namespace: string,
    user?: string,
    options?: ErrorOptions,
  ) {
    const rule = [
      `apiGroups ["${group}"]`,
      `resources ["${resource}"]`,
      ...(name === undefined ? [] : [`resourceNames ["${name}"]`]),
      `verbs ["${verb}"]`,
    ].join(', ');
    super(
      'NOT_PERMITTED',
      `The cluster does not allow ${user ?? 'this account'} to ${verb} ${resource} in namespace ${namespace}. ` +
        `Missing RBAC rule: ${rule}.`,
      options,
    );
  }
}

export class CredentialsRefusedError extends ScalingError {
  constructor(server: string, options?: ErrorOptions) {
    super(
      'CLUSTER_CREDENTIALS_REFUSED',
      `The cluster at ${server} rejected the credentials: they are invalid or expired.`,
      options,
    );
  }
}

/** Every attempt conflicted with another change of the Deployment. */
export class ScaleConflictError extends ScalingError {
  constructor(deployment: string, options?: ErrorOptions) {
    super(
      'SCALE_CONFLICT',
      `${deployment} was not scaled: other clients changed it at the same time. Try again.`,
      options,
    );
  }
}

/** The API server rejects the request as invalid. */
export class ScaleInvalidError extends ScalingError {
  constructor(reason: string, options?: ErrorOptions) {
    super('SCALE_INVALID', `The cluster rejected the change: ${reason}`, options);
  }
}

export class ClusterUnreachableError extends ScalingError {
  constructor(message: string, options?: ErrorOptions) {
    super('CLUSTER_UNREACHABLE', message, options);
  }
}

export class ClusterTimeoutError extends ScalingError {
  constructor(server: string, timeoutMs: number, options?: ErrorOptions) {
    super(
      'CLUSTER_TIMEOUT',
      `The cluster at ${server} did not respond within ${timeoutMs / 1000} s.`,
      options,
    );
  }
}

/** A response that is not from a working Kubernetes API server. */
export class UnexpectedAnswerError extends ScalingError {
  constructor(message: string, options?: ErrorOptions) {
    super('CLUSTER_UNEXPECTED_ANSWER', message, options);
  }
}
