import { readSettings } from './settings';

const every = ['NODE_ENV', 'HOST', 'PORT', 'LOG_FORMAT', 'VOLUME_DIR', 'MONGODB_URI', 'MONGODB_DB'] as const;
const worker = [
  'LEASE_MS',
  'MAX_ATTEMPTS',
  'RETRY_DELAY_MS',
  'POLL_MIN_MS',
  'POLL_MAX_MS',
  'STOP_GRACE_MS',
] as const;

/** The configuration of each process. Each reads only what it uses. */
export const readPreprocessConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings([...every, ...worker, 'UPLOAD_MAX_BYTES', 'JPEG_QUALITY'], env);

export const readInferConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings(
    [
      ...every,
      ...worker,
      'TIMELINE_URL',
      'MODEL',
      'MODEL_CACHE',
      'INFER_SESSIONS',
      'SCORE_THRESHOLD',
      'NMS_IOU',
      'MAX_DETECTIONS',
    ],
    env,
  );

export const readPostprocessConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings([...every, ...worker, 'TIMELINE_URL', 'JPEG_QUALITY', 'AVI_CODEC'], env);

export type ServiceConfig = Pick<ReturnType<typeof readPreprocessConfig>, (typeof every)[number]>;
export type WorkerConfig = Pick<ReturnType<typeof readPreprocessConfig>, (typeof worker)[number]>;
export type PreprocessConfig = ReturnType<typeof readPreprocessConfig>;
export type InferConfig = ReturnType<typeof readInferConfig>;
export type PostprocessConfig = ReturnType<typeof readPostprocessConfig>;
