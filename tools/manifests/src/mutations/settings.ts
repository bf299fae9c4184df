import type { Mutation } from '../mutate';
import { CONFIG, INFER, MAIN, POD, POST, PRE } from './places';

/** Settings that the services would refuse, or that would contradict each other. */
export const SETTINGS: readonly Mutation[] = [
  {
    defect: 'a setting that does not exist',
    in: CONFIG,
    at: 'data.LOGFORMAT',
    put: 'json',
    found: 'data.LOGFORMAT',
  },
  {
    defect: 'an invalid value',
    in: CONFIG,
    at: 'data.INFER_DEVICE',
    put: 'gpu',
    found: 'data.INFER_DEVICE',
  },
  {
    defect: 'a setting of another service',
    in: POST,
    at: `${MAIN}.env[0].name`,
    put: 'INFER_URL',
    found: `${MAIN}.env`,
  },
  { defect: 'no database', in: POST, at: `${MAIN}.envFrom[1]`, found: `${MAIN}.env` },
  {
    defect: 'a port without a listener',
    in: PRE,
    at: `${MAIN}.env[0].value`,
    put: '8080',
    found: `${MAIN}.ports`,
  },
  {
    defect: 'the volume at another path',
    in: INFER,
    at: `${MAIN}.volumeMounts[0].mountPath`,
    put: '/data',
    found: `${MAIN}.volumeMounts`,
  },
  {
    defect: 'the timeline at a missing Service',
    in: CONFIG,
    at: 'data.TIMELINE_URL',
    put: 'http://hs-pre-svc:5000',
    found: { in: POST, at: `${MAIN}.env` },
  },
  {
    defect: 'infer at a port that its Service lacks',
    in: CONFIG,
    at: 'data.INFER_URL',
    put: 'http://hs-infer-svc:5000',
    found: { in: PRE, at: `${MAIN}.env` },
  },
  {
    defect: 'a drain longer than the grace period',
    in: CONFIG,
    at: 'data.STOP_GRACE_MS',
    put: '3600000',
    found: { in: INFER, at: `${POD}.terminationGracePeriodSeconds` },
  },
  {
    defect: 'models larger than the memory',
    in: CONFIG,
    at: 'data.MODEL_MEMORY_MB',
    put: '8192',
    found: { in: INFER, at: `${MAIN}.resources.limits.memory` },
  },
];
