/** A call to the API server. */
export interface ApiCall {
  readonly verb: 'get' | 'list' | 'patch';
  readonly group: '' | 'apps';
  readonly resource: 'pods' | 'deployments' | 'deployments/scale';
  /** Name of the object; undefined for all objects. */
  readonly name?: string;
}

/**
 * Every call of the scaler, which RBAC must allow. All but the list of pods name a known Deployment. Deployments are read
 * one by one because a rule with resourceNames cannot allow list.
 */
export const CALLS = {
  readDeployment: { verb: 'get', group: 'apps', resource: 'deployments' },
  readScale: { verb: 'get', group: 'apps', resource: 'deployments/scale' },
  patchScale: { verb: 'patch', group: 'apps', resource: 'deployments/scale' },
  listPods: { verb: 'list', group: '', resource: 'pods' },
} as const satisfies Record<string, ApiCall>;
