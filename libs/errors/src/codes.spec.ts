import { CODES, adviceFor, factsOf, retryHelps, type ErrorCode } from './codes';

/** The statuses that clients rely on. `none`: clients get `INTERNAL`, or only the error of a job has the code. */
const STATUSES: Readonly<Record<number | 'none', readonly ErrorCode[]>> = {
  400: ['INVALID_JOB_ID', 'INVALID_CURSOR', 'BAD_REPLICAS', 'BAD_REQUEST'],
  403: ['NOT_PERMITTED'],
  404: ['JOB_NOT_FOUND', 'UNKNOWN_DEPLOYMENT', 'DEPLOYMENT_NOT_FOUND'],
  409: ['LEASE_LOST', 'WRONG_STATUS', 'DRIVEN_BY_KEDA', 'SCALE_CONFLICT'],
  412: ['PRECONDITION_FAILED'],
  413: ['TOO_LARGE', 'TOO_MANY_FIELDS', 'FIELD_TOO_LONG', 'NAME_TOO_LONG'],
  415: ['NOT_A_VIDEO', 'UNSUPPORTED_MEDIA_TYPE'],
  416: ['RANGE_NOT_SATISFIABLE'],
  422: [
    'EMPTY_FILE',
    'NO_VIDEO_STREAM',
    'TOO_MANY_PIXELS',
    'FRAME_RATE_TOO_HIGH',
    'TOO_LONG',
    'TOO_MANY_FRAMES',
    'TRUNCATED',
    'DECODE_FAILED',
    'NO_FRAMES',
    'IDEMPOTENCY_KEY_REUSED',
    'BAD_MANIFEST',
    'MODEL_MISMATCH',
    'MODEL_MISSING',
    'MODEL_INTEGRITY',
    'MODEL_CONVERSION',
    'BAD_IMAGE',
    'SCALE_INVALID',
  ],
  423: ['LOCKED', 'NOT_FINISHED_YET'],
  429: ['TOO_MANY_REQUESTS'],
  500: ['DEVICE_UNAVAILABLE', 'PRECISION_UNAVAILABLE', 'INTERNAL'],
  502: ['CLUSTER_CREDENTIALS_REFUSED', 'CLUSTER_UNREACHABLE', 'CLUSTER_UNEXPECTED_ANSWER'],
  503: [
    'ENCODE_FAILED',
    'PROBE_TIMEOUT',
    'OUT_OF_TIME',
    'FFMPEG_KILLED',
    'FFMPEG_NOT_RUNNABLE',
    'VOLUME_GONE',
    'MODEL_UNAVAILABLE',
    'WORKER_LOST',
    'QUEUE_FULL',
    'DETECTOR_UNAVAILABLE',
    'OUTSIDE_CLUSTER',
    'BAD_KUBECONFIG',
    'DATABASE_UNAVAILABLE',
    'NOT_READY',
  ],
  504: ['CLUSTER_TIMEOUT'],
  507: ['VOLUME_FULL'],
  none: [
    'MALFORMED_RECORD',
    'WORKER_KILLED',
    'ATTEMPTS_EXHAUSTED',
    'CANCELLED',
    'STALLED',
    'STOPPING',
    'ATTEMPT_REVOKED',
    'VOLUME_FAULT',
    'SOURCE_MISSING',
    'FRAMES_MISSING',
    'WRONG_VOLUME',
    'MODEL_CHANGED',
    'UNKNOWN_CLASS',
    'DOWNLOAD_INTERRUPTED',
    'DOWNLOAD_REFUSED',
    'BAD_TXT',
    'BAD_SCORES',
    'BAD_TRACKS',
    'BAD_EVENTS',
    'BAD_JPEG',
    'NOT_PUBLIC',
    'BAD_CONFIGURATION',
  ],
};

/** These end a job without a retry. */
const FINAL: readonly ErrorCode[] = [
  'EMPTY_FILE',
  'NOT_A_VIDEO',
  'NO_VIDEO_STREAM',
  'TOO_MANY_PIXELS',
  'FRAME_RATE_TOO_HIGH',
  'TOO_LONG',
  'TOO_MANY_FRAMES',
  'TRUNCATED',
  'DECODE_FAILED',
  'NO_FRAMES',
  'SOURCE_MISSING',
  'FRAMES_MISSING',
  'UNKNOWN_CLASS',
  'BAD_MANIFEST',
  'MODEL_MISSING',
  'MODEL_MISMATCH',
  'MODEL_INTEGRITY',
  'MODEL_CONVERSION',
];

/** After these a stage is retried. */
const RETRIED: readonly ErrorCode[] = [
  'ENCODE_FAILED',
  'PROBE_TIMEOUT',
  'OUT_OF_TIME',
  'FFMPEG_KILLED',
  'FFMPEG_NOT_RUNNABLE',
  'MODEL_CHANGED',
  'WORKER_LOST',
  'QUEUE_FULL',
  'DEVICE_UNAVAILABLE',
  'PRECISION_UNAVAILABLE',
  'DETECTOR_UNAVAILABLE',
  'STALLED',
  'ATTEMPT_REVOKED',
  'VOLUME_FULL',
  'VOLUME_GONE',
  'BAD_TXT',
  'BAD_SCORES',
  'BAD_TRACKS',
  'BAD_EVENTS',
  'BAD_JPEG',
];

const codes = Object.keys(CODES) as ErrorCode[];

it.each(codes)('%s keeps its HTTP status', (code) => {
  expect(STATUSES[factsOf(code).status ?? 'none']).toContain(code);
});

it('has exactly one status for every code', () => {
  expect(Object.values(STATUSES).flat().sort()).toEqual([...codes].sort());
});

it.each(FINAL)('%s is the fault of the input', (code) => {
  expect(factsOf(code).fault).toBe('input');
});

it.each(RETRIED)('%s is not the fault of the input', (code) => {
  expect(factsOf(code).fault).not.toBe('input');
});

it('MODEL_UNAVAILABLE ends a job without being the fault of the input', () => {
  expect(factsOf('MODEL_UNAVAILABLE')).toMatchObject({ fault: 'unavailable', endsJob: true });
  expect(RETRIED.filter((code) => factsOf(code).endsJob)).toEqual([]);
});

it.each(codes)('%s has no 5xx status if the input is at fault', (code) => {
  const { fault, status } = factsOf(code);
  expect(fault === 'input' && status !== undefined && status >= 500).toBe(false);
});

it.each([
  ['NOT_A_VIDEO', /^Convert it to mp4/],
  ['TOO_LONG', /raise the limit/],
  ['SOURCE_MISSING', /^Upload the video again/],
  ['FRAMES_MISSING', /^Retry it/], // preprocess writes them again
  ['MODEL_UNAVAILABLE', /^Choose another model, or ask the operator to install this one/],
  ['CANCELLED', /^Retry it to resume/],
  ['unknown', /^Retry it\. If it fails again/],
  ['toString', /^Retry it\. If it fails again/],
])('advises what to do about %s', (code, advice) => {
  expect(adviceFor(code)).toMatch(advice);
});

it.each<[string, boolean]>([
  ['TRUNCATED', false],
  ['DECODE_FAILED', false],
  ['SOURCE_MISSING', false],
  ['TOO_LONG', true], // the operator may raise the limit
  ['FRAMES_MISSING', true],
  ['CANCELLED', true],
  ['WORKER_KILLED', true],
  ['unknown', true],
])('knows whether a retry helps after %s: %s', (code, helps) => {
  expect(retryHelps(code)).toBe(helps);
});
