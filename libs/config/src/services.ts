import { join } from 'node:path';
import { readSettings } from './read-settings';

const every = [
  'NODE_ENV',
  'HOST',
  'PORT',
  'API_KEYS',
  'SERVICE_TOKEN',
  'METRICS_TOKEN',
  'TRUST_PROXY',
  'LOGINS_PER_MINUTE',
  'LOG_FORMAT',
  'VOLUME_DIR',
  'MIN_FREE_MB',
  'MONGODB_URI',
  'MONGODB_DB',
] as const;
const worker = [
  'LEASE_MS',
  'STALL_MS',
  'MAX_ATTEMPTS',
  'RETRY_DELAY_MS',
  'FAIR_AGE_S',
  'POLL_MIN_MS',
  'POLL_MAX_MS',
  'STOP_GRACE_MS',
] as const;

const media = [
  'VIDEO_MAX_SECONDS',
  'VIDEO_MAX_PIXELS',
  'VIDEO_MAX_FPS',
  'VIDEO_MAX_FRAMES',
  'FFMPEG_MEMORY_MB',
  'FFMPEG_TIME_FACTOR',
] as const;

const ofPreprocess = [
  ...media,
  'BASE_PATH',
  'INFER_URL',
  'UPLOADS_PER_MINUTE',
  'SESSION_HOURS',
  'UPLOAD_MAX_BYTES',
  'UPLOAD_KEEP_HOURS',
  'RETENTION_HOURS',
  'RETENTION_MB',
  'HOUSEKEEPING_MS',
  'LEFTOVER_MS',
  'ORPHAN_KEEP_HOURS',
  'UPLOAD_MAX_FIELDS',
  'UPLOAD_FIELD_MAX_BYTES',
  'UPLOAD_NAME_MAX_BYTES',
  'EVENT_STREAMS_MAX',
  'WEBHOOK_SECRET',
  'WEBHOOK_ALLOW_PRIVATE',
  'WEBHOOK_ATTEMPTS',
  'WEBHOOK_RETRY_MS',
  'ARTIFACTS',
  'JPEG_QUALITY',
  'MODEL',
  'MODELS_DIR',
  'SCORE_THRESHOLD',
  'SCORE_FLOOR',
  'SCALER',
  'SCALE_MAX_REPLICAS',
  'KUBE_NAMESPACE',
] as const;
const ofInfer = [
  'TIMELINE_URL',
  'VIDEO_MAX_PIXELS',
  'FFMPEG_MEMORY_MB',
  'MODEL',
  'MODEL_CACHE',
  'MODELS_DIR',
  'MODEL_MEMORY_MB',
  'INFER_DEVICE',
  'PRECISION',
  'INFER_INSTANCES',
  'PREFERRED_BATCH_SIZE',
  'MAX_QUEUE_DELAY_US',
  'INFER_QUEUE_LIMIT',
  'SCORE_THRESHOLD',
  'SCORE_FLOOR',
  'NMS_IOU',
  'MAX_DETECTIONS',
  'DETECT_URLS',
  'DETECT_URLS_ALLOW_PRIVATE',
  'JPEG_QUALITY',
] as const;
const ofPostprocess = [
  ...media,
  'TIMELINE_URL',
  'JPEG_QUALITY',
  'TRAIL_SECONDS',
  'BOX_COLOURS',
  'AVI_CODEC',
  'PREVIEW',
  'PREVIEW_HEIGHT',
] as const;

/** The configuration of each service. Each reads only what it uses. */
export const readPreprocessConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings([...every, ...worker, ...ofPreprocess], env);
export const readInferConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings([...every, ...worker, ...ofInfer], env);
export const readPostprocessConfig = (env?: NodeJS.ProcessEnv) =>
  readSettings([...every, ...worker, ...ofPostprocess], env);

/**
 * The configuration of `npm start`, which checks the settings of all services before it starts any. Without a
 * MONGODB_URI it starts a database itself, but never in production.
 */
export function readStartConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const needsDatabase = given['NODE_ENV'] === 'production';
  const settings = readSettings(
    [...every, ...worker, ...ofPreprocess, ...ofInfer, ...ofPostprocess, 'DATA_DIR'],
    needsDatabase ? given : { MONGODB_URI: 'mongodb://127.0.0.1/', ...given },
  );
  return {
    ...settings,
    MONGODB_URI: given['MONGODB_URI'],
    VOLUME_DIR: given['VOLUME_DIR'] === undefined ? join(settings.DATA_DIR, 'volume') : settings.VOLUME_DIR,
  };
}

export type ServiceConfig = Pick<ReturnType<typeof readPreprocessConfig>, (typeof every)[number]>;
export type WorkerConfig = Pick<ReturnType<typeof readPreprocessConfig>, (typeof worker)[number]>;
export type PreprocessConfig = ReturnType<typeof readPreprocessConfig>;
export type InferConfig = ReturnType<typeof readInferConfig>;
export type PostprocessConfig = ReturnType<typeof readPostprocessConfig>;
