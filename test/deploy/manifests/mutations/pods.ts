import type { Mutation } from '../mutate';
import { INFER, MAIN, POD, POST, PRE } from './places';

const MONGO = 'StatefulSet/hs-mongo';

/** What is refused though every field is fine, what would not run, and what would run unsafely. */
export const PODS: readonly Mutation[] = [
  {
    mistake: 'a selector for other pods',
    in: POST,
    at: 'spec.selector.matchLabels.app',
    put: 'hs-pst',
    found: 'spec.selector',
  },
  {
    mistake: 'a mount without a volume',
    in: INFER,
    at: `${POD}.volumes[2]`,
    found: `${MAIN}.volumeMounts[2]`,
  },
  {
    mistake: 'a database without its data',
    in: MONGO,
    at: 'spec.volumeClaimTemplates[0].metadata.name',
    put: 'db',
    found: `${MAIN}.volumeMounts[0]`,
  },
  {
    mistake: 'a database without its Service',
    in: MONGO,
    at: 'spec.serviceName',
    put: 'mongo',
    found: 'spec.serviceName',
  },
  {
    mistake: 'the image :latest',
    in: INFER,
    at: `${MAIN}.image`,
    put: 'boxreel/infer:latest',
    found: `${MAIN}.image`,
  },
  { mistake: 'an image without a tag', in: MONGO, at: `${MAIN}.image`, put: 'mongo', found: `${MAIN}.image` },
  {
    mistake: 'an old image',
    in: PRE,
    at: `${MAIN}.image`,
    put: 'boxreel/preprocess:0.0.9',
    found: `${MAIN}.image`,
  },
  {
    mistake: 'an old image of an init step',
    in: INFER,
    at: `${POD}.initContainers[0].image`,
    put: 'boxreel/infer:0.0.9',
    found: `${POD}.initContainers[0].image`,
  },
  {
    mistake: 'a container as root',
    in: POST,
    at: `${POD}.securityContext.runAsUser`,
    put: 0,
    found: `${MAIN}.securityContext.runAsUser`,
  },
  {
    mistake: 'a writable root file system',
    in: PRE,
    at: `${MAIN}.securityContext.readOnlyRootFilesystem`,
    put: false,
    found: `${MAIN}.securityContext.readOnlyRootFilesystem`,
  },
  {
    mistake: 'capabilities that are kept',
    in: INFER,
    at: `${MAIN}.securityContext.capabilities`,
    found: `${MAIN}.securityContext.capabilities`,
  },
  {
    mistake: 'no seccomp profile',
    in: INFER,
    at: `${POD}.securityContext.seccompProfile`,
    found: `${MAIN}.securityContext.seccompProfile`,
  },
  {
    mistake: 'no memory limit',
    in: POST,
    at: `${MAIN}.resources.limits.memory`,
    found: `${MAIN}.resources.limits.memory`,
  },
  {
    mistake: 'a probe of a route that is not there',
    in: PRE,
    at: `${MAIN}.readinessProbe.httpGet.path`,
    put: '/ready',
    found: `${MAIN}.readinessProbe.httpGet.path`,
  },
  {
    mistake: 'liveness that asks the database',
    in: POST,
    at: `${MAIN}.livenessProbe.httpGet.path`,
    put: '/readyz',
    found: `${MAIN}.livenessProbe.httpGet.path`,
  },
  {
    mistake: 'a probe of a port that is not there',
    in: INFER,
    at: `${MAIN}.livenessProbe.httpGet.port`,
    put: 5000,
    found: `${MAIN}.livenessProbe.httpGet.port`,
  },
  {
    mistake: 'no patience while the model is loaded',
    in: INFER,
    at: `${MAIN}.startupProbe`,
    found: `${MAIN}.startupProbe`,
  },
  {
    mistake: 'a grace period shorter than a drain',
    in: POST,
    at: `${POD}.terminationGracePeriodSeconds`,
    put: 30,
    found: `${POD}.terminationGracePeriodSeconds`,
  },
  {
    mistake: 'a grace period that forgets preStop',
    in: PRE,
    at: `${MAIN}.lifecycle.preStop.exec.command[1]`,
    put: '30',
    found: `${POD}.terminationGracePeriodSeconds`,
  },
];
