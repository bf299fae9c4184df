/**
 * Who must act on an error. `input`: the client; retrying would fail the same way. `system`: the operator.
 * `unavailable`: no one, because it is temporary.
 */
export type Fault = 'input' | 'system' | 'unavailable';

interface CodeFacts {
  readonly fault: Fault;
  /** HTTP status. Without one, HTTP clients get `INTERNAL` and only the log has the reason. */
  readonly status?: number;
  /** What users can do; default: retry. */
  readonly advice?: string;
  /** Fails a job without another attempt, as every `input` fault does: what failed has already retried for minutes. */
  readonly endsJob?: boolean;
}

const CONVERT = 'Convert it to mp4 with a tool such as HandBrake, then upload the result.';
const LIMITED = 'Trim or downscale the video, or ask the operator of this server to raise the limit.';
const UPLOAD_AGAIN = 'Upload the video again.';
const CHECK_FILE = 'The file may be incomplete: check that it plays to the end, then upload it again.';
const KILLED = 'Retry it. If it fails the same way, the video may need more memory than the server has.';
const RESUME = 'Retry it to resume where it stopped.';
const FREE_SPACE = 'Delete jobs that are no longer needed, or wait until space is freed.';
const PULL =
  'Choose another model, or ask the operator to install this one: npm run model -- pull NAME on a machine with internet access.';
const RETRY = 'Retry it. If it fails again, the service log has the details.';

/** Every error code. Codes are stable: clients and stored jobs rely on them. */
export const CODES = {
  // Videos and ffmpeg
  EMPTY_FILE: { fault: 'input', status: 422, advice: UPLOAD_AGAIN },
  NOT_A_VIDEO: { fault: 'input', status: 415, advice: CONVERT },
  NO_VIDEO_STREAM: { fault: 'input', status: 422, advice: CONVERT },
  TOO_MANY_PIXELS: { fault: 'input', status: 422, advice: LIMITED },
  FRAME_RATE_TOO_HIGH: { fault: 'input', status: 422, advice: LIMITED },
  TOO_LONG: { fault: 'input', status: 422, advice: LIMITED },
  TOO_MANY_FRAMES: { fault: 'input', status: 422, advice: LIMITED },
  TRUNCATED: { fault: 'input', status: 422, advice: CHECK_FILE },
  DECODE_FAILED: { fault: 'input', status: 422, advice: CONVERT },
  NO_FRAMES: { fault: 'input', status: 422, advice: CONVERT },
  ENCODE_FAILED: { fault: 'system', status: 503 },
  PROBE_TIMEOUT: { fault: 'unavailable', status: 503 },
  OUT_OF_TIME: { fault: 'unavailable', status: 503, advice: LIMITED },
  FFMPEG_KILLED: { fault: 'unavailable', status: 503 },
  FFMPEG_NOT_RUNNABLE: { fault: 'system', status: 503 },

  // Uploads
  TOO_LARGE: { fault: 'input', status: 413 },
  TOO_MANY_FIELDS: { fault: 'input', status: 413 },
  FIELD_TOO_LONG: { fault: 'input', status: 413 },
  NAME_TOO_LONG: { fault: 'input', status: 413 },
  PRECONDITION_FAILED: { fault: 'input', status: 412 },
  LOCKED: { fault: 'unavailable', status: 423 },
  NOT_FINISHED_YET: { fault: 'unavailable', status: 423 },

  // Jobs and their records
  JOB_NOT_FOUND: { fault: 'input', status: 404 },
  INVALID_JOB_ID: { fault: 'input', status: 400 },
  INVALID_CURSOR: { fault: 'input', status: 400 },
  LEASE_LOST: { fault: 'input', status: 409 },
  WRONG_STATUS: { fault: 'input', status: 409 },
  IDEMPOTENCY_KEY_REUSED: { fault: 'input', status: 422 },
  MALFORMED_RECORD: { fault: 'input', advice: UPLOAD_AGAIN },
  WORKER_KILLED: { fault: 'system', advice: KILLED },
  ATTEMPTS_EXHAUSTED: { fault: 'system' },
  CANCELLED: { fault: 'input', advice: RESUME },

  // Attempts of a stage
  STALLED: { fault: 'system' },
  STOPPING: { fault: 'unavailable' },
  ATTEMPT_REVOKED: { fault: 'system' },
  VOLUME_FAULT: { fault: 'unavailable', advice: FREE_SPACE },

  // The volume
  SOURCE_MISSING: { fault: 'input', advice: UPLOAD_AGAIN },
  FRAMES_MISSING: { fault: 'input' },
  VOLUME_FULL: { fault: 'unavailable', status: 507 },
  VOLUME_GONE: { fault: 'unavailable', status: 503 },
  WRONG_VOLUME: { fault: 'system' },

  // Models and detection
  BAD_MANIFEST: { fault: 'input', status: 422 },
  MODEL_MISMATCH: { fault: 'input', status: 422 },
  MODEL_MISSING: { fault: 'input', status: 422 },
  MODEL_INTEGRITY: { fault: 'input', status: 422 },
  MODEL_CONVERSION: { fault: 'input', status: 422 },
  MODEL_UNAVAILABLE: { fault: 'unavailable', status: 503, advice: PULL, endsJob: true },
  MODEL_CHANGED: { fault: 'system' },
  UNKNOWN_CLASS: { fault: 'input' },
  BAD_IMAGE: { fault: 'input', status: 422 },
  WORKER_LOST: { fault: 'unavailable', status: 503 },
  QUEUE_FULL: { fault: 'unavailable', status: 503 },
  DEVICE_UNAVAILABLE: { fault: 'system', status: 500 },
  PRECISION_UNAVAILABLE: { fault: 'system', status: 500 },
  DETECTOR_UNAVAILABLE: { fault: 'unavailable', status: 503 },
  DOWNLOAD_INTERRUPTED: { fault: 'unavailable' },
  DOWNLOAD_REFUSED: { fault: 'system' },

  // Detections and frames on disk, which the services wrote themselves
  BAD_TXT: { fault: 'system' },
  BAD_SCORES: { fault: 'system' },
  BAD_TRACKS: { fault: 'system' },
  BAD_EVENTS: { fault: 'system' },
  BAD_JPEG: { fault: 'system' },

  // Scaling on Kubernetes
  BAD_REPLICAS: { fault: 'input', status: 400 },
  UNKNOWN_DEPLOYMENT: { fault: 'input', status: 404 },
  DEPLOYMENT_NOT_FOUND: { fault: 'system', status: 404 },
  NOT_PERMITTED: { fault: 'system', status: 403 },
  DRIVEN_BY_KEDA: { fault: 'input', status: 409 },
  SCALE_CONFLICT: { fault: 'unavailable', status: 409 },
  SCALE_INVALID: { fault: 'input', status: 422 },
  OUTSIDE_CLUSTER: { fault: 'system', status: 503 },
  BAD_KUBECONFIG: { fault: 'system', status: 503 },
  CLUSTER_CREDENTIALS_REFUSED: { fault: 'system', status: 502 },
  CLUSTER_UNREACHABLE: { fault: 'unavailable', status: 502 },
  CLUSTER_TIMEOUT: { fault: 'unavailable', status: 504 },
  CLUSTER_UNEXPECTED_ANSWER: { fault: 'system', status: 502 },

  // Other requests, and the server itself
  BAD_REQUEST: { fault: 'input', status: 400 },
  RANGE_NOT_SATISFIABLE: { fault: 'input', status: 416 },
  UNSUPPORTED_MEDIA_TYPE: { fault: 'input', status: 415 },
  TOO_MANY_REQUESTS: { fault: 'unavailable', status: 429 },
  NOT_PUBLIC: { fault: 'input' },
  DATABASE_UNAVAILABLE: { fault: 'unavailable', status: 503 },
  NOT_READY: { fault: 'unavailable', status: 503 },
  BAD_CONFIGURATION: { fault: 'system' },
  INTERNAL: { fault: 'system', status: 500 },
} as const satisfies Readonly<Record<string, CodeFacts>>;

export type ErrorCode = keyof typeof CODES;

/** Fault, status and advice of a code. */
export function factsOf(code: ErrorCode): CodeFacts {
  return CODES[code];
}

/** Whether a failed job may succeed when it is retried: not if users need another file first. */
export function retryHelps(code: string): boolean {
  return ![CONVERT, UPLOAD_AGAIN, CHECK_FILE].includes(adviceFor(code));
}

/** What users can do about an error, as a sentence. Unknown codes get the default advice. */
export function adviceFor(code: string): string {
  return (isErrorCode(code) ? factsOf(code).advice : undefined) ?? RETRY;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code);
}
