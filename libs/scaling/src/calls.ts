/** What the API server is asked to do with what. */
export interface ApiCall {
  readonly verb: 'get' | 'list' | 'patch';
  readonly group: '' | 'apps';
  readonly resource: 'pods' | 'deployments' | 'deployments/scale';
  /** The one object; undefined for all of them. */
  readonly name?: string;
}

/**
 * Every call that is made, and so what RBAC has to allow; all but the list of pods are made with the name of a known
 * Deployment. Deployments are read one by one because a rule with resourceNames allows no list.
 */
export const CALLS = {
  readDeployment: { verb: 'get', group: 'apps', resource: 'deployments' },
  readScale: { verb: 'get', group: 'apps', resource: 'deployments/scale' },
  patchScale: { verb: 'patch', group: 'apps', resource: 'deployments/scale' },
  listPods: { verb: 'list', group: '', resource: 'pods' },
} as const satisfies Record<string, ApiCall>;
