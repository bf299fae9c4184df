import { setTimeout as delay } from 'node:timers/promises';
import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { untilAborted } from '#flow';
import { CALLS, type ApiCall } from './calls';
import { DeploymentNotFoundError, DrivenByKedaError, ScaleConflictError } from './errors';
import { explain, unexpected } from './explain-error';
import { connect, kubernetes, type KubeClient, type KubeOptions } from './kube-client';
import { toPod } from './pod';
import {
  KNOWN,
  checkReplicas,
  findKnown,
  type ClusterState,
  type DeploymentState,
  type Known,
  type ReplicaRange,
  type Replicas,
  type ScaleChange,
  type Scaler,
} from './scaler';

export interface KubeScalerOptions extends KubeOptions {
  /** Maximum replicas of a deployment. */
  readonly maxReplicas: number;
  /** With `keda`, only KEDA may change replicas. */
  readonly scaler: 'manual' | 'keda';
}

/** Attempts of a change that conflicts with other changes. */
const ATTEMPTS = 15;
/** Maximum delay between two attempts; starts at 1/32 of it. */
const MAX_WAIT_MS = 1_000;

/** Set to `keda` on Deployments that components/keda scales: clients outside the cluster do not have SCALER=keda. */
export const SCALER_ANNOTATION = 'boxreel/scaler';

/** Shown as the author of changes in `managedFields`. */
const FIELD_MANAGER = 'boxreel';

/** Scales Deployments through the Kubernetes API. Connects on the first call. */
export class KubeScaler implements Scaler {
  private client: KubeClient | undefined;

  constructor(private readonly options: KubeScalerOptions) {}

  async deployments(): Promise<ClusterState> {
    const { namespace } = this.connected();
    const [pods, found] = await Promise.all([
      this.pods(),
      Promise.all(KNOWN.map((known) => this.read(known))),
    ]);
    const deployments = KNOWN.flatMap((known, i) => (found[i] ? [this.toState(known, found[i], pods)] : []));
    if (deployments.length > 0) return { namespace, deployments };
    throw new DeploymentNotFoundError(KNOWN.map(({ deployment }) => deployment).join(' or '), namespace);
  }

  /** Compare-and-set: reads a concurrent change again instead of overwriting it. */
  async scale(name: string, replicas: Replicas): Promise<ScaleChange> {
    const known = findKnown(name);
    const range = this.range(known);
    if (!range) throw new DrivenByKedaError(known.name);
    if (typeof replicas === 'number') checkReplicas(known, replicas, range);
    if (isDrivenByKeda(await this.read(known))) throw new DrivenByKedaError(known.name);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tryScale(known, replicas, range);
      } catch (error) {
        if (!(error instanceof ScaleConflictError) || attempt === ATTEMPTS) throw error;
        await delay(Math.random() * Math.min(MAX_WAIT_MS, (MAX_WAIT_MS / 64) * 2 ** attempt));
      }
    }
  }

  private async tryScale(known: Known, replicas: Replicas, range: ReplicaRange): Promise<ScaleChange> {
    const { apps, namespace, server } = this.connected();
    const { name, deployment } = known;
    const of = { name: deployment, namespace };
    const scale = await this.ask({ ...CALLS.readScale, name: deployment }, () =>
      apps.readNamespacedDeploymentScale(of),
    );
    const resourceVersion = scale.metadata?.resourceVersion;
    if (resourceVersion === undefined) throw unexpected(server);
    const before = scale.spec?.replicas ?? 0; // the API omits 0
    const after = typeof replicas === 'number' ? replicas : replicas(before);
    checkReplicas(known, after, range);
    if (after !== before) {
      const { PatchStrategy, setHeaderOptions } = kubernetes();
      const body = { metadata: { resourceVersion }, spec: { replicas: after } };
      await this.ask({ ...CALLS.patchScale, name: deployment }, () =>
        apps.patchNamespacedDeploymentScale(
          { ...of, body, fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        ),
      );
    }
    return { name, deployment, before, after };
  }

  /** Undefined if it is not deployed. */
  private async read({ deployment: name }: Known): Promise<V1Deployment | undefined> {
    const { apps, namespace, server } = this.connected();
    try {
      const deployment = await this.ask({ ...CALLS.readDeployment, name }, () =>
        apps.readNamespacedDeployment({ name, namespace }),
      );
      if (!deployment.metadata) throw unexpected(server);
      return deployment;
    } catch (error) {
      if (error instanceof DeploymentNotFoundError) return undefined;
      throw error;
    }
  }

  private async pods(): Promise<V1Pod[]> {
    const { core, namespace, server } = this.connected();
    const labelSelector = `app in (${KNOWN.map(({ app }) => app).join(',')})`;
    const list = await this.ask(CALLS.listPods, () => core.listNamespacedPod({ namespace, labelSelector }));
    // The client does not check that the response has a list.
    if (!Array.isArray(list.items)) throw unexpected(server);
    return list.items;
  }

  private toState(known: Known, found: V1Deployment, pods: readonly V1Pod[]): DeploymentState {
    const { spec, status } = found;
    return {
      name: known.name,
      deployment: known.deployment,
      wanted: spec?.replicas ?? 0,
      ready: status?.readyReplicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      range: isDrivenByKeda(found) ? undefined : this.range(known),
      pods: pods.filter((pod) => pod.metadata?.labels?.['app'] === known.app).map(toPod),
    };
  }

  /** Undefined if KEDA scales the deployments. */
  private range({ min }: Known): ReplicaRange | undefined {
    const { scaler, maxReplicas: max } = this.options;
    return scaler === 'keda' ? undefined : { min, max };
  }

  private connected(): KubeClient {
    return (this.client ??= connect(this.options));
  }

  private async ask<Answer>(call: ApiCall, send: () => Promise<Answer>): Promise<Answer> {
    const client = this.connected();
    try {
      // Covers a hanging credentials command of the kubeconfig as well.
      return await untilAborted(send(), AbortSignal.timeout(client.timeoutMs));
    } catch (error) {
      throw explain(error, call, client);
    }
  }
}

function isDrivenByKeda(deployment: V1Deployment | undefined): boolean {
  return deployment?.metadata?.annotations?.[SCALER_ANNOTATION] === 'keda';
}
