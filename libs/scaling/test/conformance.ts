import { DeploymentNotFoundError, ScaleInvalidError } from '../src/errors';
import { KubeScaler, type KubeScalerOptions } from '../src/kube-scaler';

/** A cluster to test the scaler on, and the only Deployment that may be changed. */
export interface Target {
  readonly options: Partial<KubeScalerOptions>;
  readonly name: string;
}

/** Concurrent changes of the Deployment; each adds one replica. */
const CONTENDERS = 10;

/** Tests for every cluster, fake or real. Restores the number of replicas at the end. */
export function itScales(target: () => Target): void {
  const scaler = (options: Partial<KubeScalerOptions> = {}) =>
    new KubeScaler({ maxReplicas: 20, scaler: 'manual', ...target().options, ...options });
  const wanted = async () => {
    const { deployments } = await scaler().deployments();
    return deployments.find(({ name, deployment }) => [name, deployment].includes(target().name))?.wanted;
  };

  const unbounded = () => scaler({ maxReplicas: 2 ** 31 - 1 });
  let before: number;
  beforeAll(async () => {
    before = (await unbounded().scale(target().name, (replicas) => replicas)).before;
  });
  afterAll(async () => {
    await unbounded().scale(target().name, before);
  });

  it('changes the desired replicas and returns the number before', async () => {
    const { name } = target();
    await scaler().scale(name, 1);
    expect(await scaler().scale(name, 2)).toMatchObject({ before: 1, after: 2 });
    expect(await wanted()).toBe(2);
  });

  it('scales to zero and from zero', async () => {
    const { name } = target();
    await scaler().scale(name, 1);
    expect(await scaler().scale(name, 0)).toMatchObject({ before: 1, after: 0 });
    expect(await wanted()).toBe(0);
    expect(await scaler().scale(name, 1)).toMatchObject({ before: 0, after: 1 });
  });

  it('loses none of many concurrent changes', async () => {
    const { name } = target();
    await scaler().scale(name, 0);
    const one = scaler();
    const changes = Array.from({ length: CONTENDERS }, () => one.scale(name, (replicas) => replicas + 1));
    const afters = (await Promise.all(changes)).map(({ after }) => after);
    expect(afters.sort((a, b) => a - b)).toEqual(Array.from({ length: CONTENDERS }, (_, i) => i + 1));
    expect(await wanted()).toBe(CONTENDERS);
    await scaler().scale(name, 0);
  });

  it('reports a number that the cluster rejects', async () => {
    const tooMany = scaler({ maxReplicas: 2 ** 40 }).scale(target().name, 2 ** 31);
    await expect(tooMany).rejects.toThrow(ScaleInvalidError);
  });

  it('reports a missing Deployment in another namespace, or missing permission', async () => {
    const elsewhere = scaler({ namespace: 'boxreel-no-such-namespace' }).scale(target().name, 1);
    const error: unknown = await elsewhere.catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(DEPLOYMENT_NOT_FOUND|NOT_PERMITTED)$/) as string,
    });
    expect((error as DeploymentNotFoundError).message).toContain('boxreel-no-such-namespace');
  });
}
