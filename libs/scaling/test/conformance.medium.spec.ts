import { FakeCluster } from './fake-cluster';
import { itScales } from './conformance';

/**
 * The same suite on a fake cluster and, if KUBECONFIG is set, on a real one. There it only changes the replicas of the
 * given Deployment (infer or postprocess), up to 10, and restores them:
 *
 *   KUBECONFIG=~/.kube/config SCALE_TEST_DEPLOYMENT=infer KUBE_NAMESPACE=boxreel npm test -- libs/scaling
 */
describe('on a fake API server', () => {
  let cluster: FakeCluster;
  beforeAll(async () => (cluster = await FakeCluster.start()));
  afterAll(() => cluster.stop());
  describe('the scaler', () => {
    itScales(() => ({ options: { kubeconfig: cluster.kubeconfig }, name: 'infer' }));
  });
});

const { KUBECONFIG, SCALE_TEST_DEPLOYMENT, KUBE_NAMESPACE } = process.env;

describe('on a real cluster', () => {
  if (KUBECONFIG && SCALE_TEST_DEPLOYMENT) {
    const options = { timeoutMs: 30_000, ...(KUBE_NAMESPACE && { namespace: KUBE_NAMESPACE }) };
    itScales(() => ({ options, name: SCALE_TEST_DEPLOYMENT }));
  } else {
    it.skip('needs KUBECONFIG and SCALE_TEST_DEPLOYMENT (see above)', () => undefined);
  }
});
