import type { ApiCall } from './calls';

/** Why the cluster could not be read or changed: `code` is stable, the message is for the user and names no secrets. */
export abstract class ScalingError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is nothing to scale: this process runs neither in a cluster nor beside a kubeconfig. */
export class OutsideCluster extends ScalingError {
  readonly code = 'OUTSIDE_CLUSTER';
  constructor() {
    super(
      'This Boxreel does not run in a Kubernetes cluster, so there are no Deployments to read or scale. ' +
        'In a pod it uses its ServiceAccount; elsewhere KUBECONFIG or ~/.kube/config has to name a cluster.',
    );
  }
}

/** The kubeconfig, or a file that it or the ServiceAccount names, cannot be used. */
export class BadKubeconfig extends ScalingError {
  readonly code = 'BAD_KUBECONFIG';
}

export class UnknownDeployment extends ScalingError {
  readonly code = 'UNKNOWN_DEPLOYMENT';
  constructor(name: string, known: readonly string[]) {
    super(`"${name.slice(0, 64)}" is none of the deployments: there are ${known.join(', ')}.`);
  }
}

export class BadReplicas extends ScalingError {
  readonly code = 'BAD_REPLICAS';
  constructor(name: string, replicas: number, { min, max }: { readonly min: number; readonly max: number }) {
    const not = Number.isNaN(replicas) ? '' : `, not ${replicas}`;
    super(`The replicas of ${name} have to be a whole number from ${min} to ${max}${not}.`);
  }
}

export class DrivenByKeda extends ScalingError {
  readonly code = 'DRIVEN_BY_KEDA';
  constructor(name: string) {
    super(
      `KEDA scales ${name} by its queue (SCALER=keda), and two drivers would fight. Change minReplicaCount and ` +
        'maxReplicaCount of its ScaledObject, pin it with the annotation autoscaling.keda.sh/paused-replicas, ' +
        'or remove the ScaledObject and set SCALER=manual.',
    );
  }
}

export class DeploymentNotFound extends ScalingError {
  readonly code = 'DEPLOYMENT_NOT_FOUND';
  constructor(deployment: string, namespace: string, options?: ErrorOptions) {
    super(
      `There is no Deployment ${deployment} in namespace ${namespace}. Is it deployed there, and is KUBE_NAMESPACE right?`,
      options,
    );
  }
}

export class NotPermitted extends ScalingError {
  readonly code = 'NOT_PERMITTED';
  /** @param user as the API server calls whoever asked */
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
      `The cluster does not let ${user ?? 'this account'} ${verb} ${resource} in namespace ${namespace}. ` +
        `The RBAC rule that is missing: ${rule}.`,
      options,
    );
  }
}

export class CredentialsRefused extends ScalingError {
  readonly code = 'CLUSTER_CREDENTIALS_REFUSED';
  constructor(server: string, options?: ErrorOptions) {
    super(
      `The cluster at ${server} does not accept the credentials it was given: they are wrong or have run out.`,
      options,
    );
  }
}

/** Somebody else changed the Deployment at every one of the attempts. */
export class ScaleConflict extends ScalingError {
  readonly code = 'SCALE_CONFLICT';
  constructor(deployment: string, options?: ErrorOptions) {
    super(
      `${deployment} is being changed by others all the time; its replicas were not changed. Please try again.`,
      options,
    );
  }
}

/** The API server takes the request for invalid. */
export class ScaleInvalid extends ScalingError {
  readonly code = 'SCALE_INVALID';
  constructor(reason: string, options?: ErrorOptions) {
    super(`The cluster refused the change: ${reason}`, options);
  }
}

export class ClusterUnreachable extends ScalingError {
  readonly code = 'CLUSTER_UNREACHABLE';
}

export class ClusterTimeout extends ScalingError {
  readonly code = 'CLUSTER_TIMEOUT';
  constructor(server: string, timeoutMs: number, options?: ErrorOptions) {
    super(`The cluster at ${server} did not answer within ${timeoutMs / 1000} s.`, options);
  }
}

/** An answer that no working Kubernetes API server gives. */
export class UnexpectedAnswer extends ScalingError {
  readonly code = 'CLUSTER_UNEXPECTED_ANSWER';
}
