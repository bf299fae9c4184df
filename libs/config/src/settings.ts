import { join, resolve } from 'node:path';
import { z } from 'zod';
import { BoxreelError } from '#errors';
import { apiKeys, secret, trustedProxies } from './access';
import { networks, webhookSecrets } from './webhooks';

/** A whole number given as text. */
const integer = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number(error).int(error).min(min, error).max(max, error);
};
const NOT_A_FRACTION = 'expected a number from 0 to 1';
const fraction = z.coerce.number(NOT_A_FRACTION).min(0, NOT_A_FRACTION).max(1, NOT_A_FRACTION);
const NOT_A_DATABASE = 'expected mongodb://host:port/';
const path = z
  .string()
  .min(1)
  .transform((value) => resolve(value));

/** First segments of our own paths: below one of these, an address with the base path would mean two things. */
const OWN_PATHS =
  /^\/(api|cluster|fileUpload|healthz|jobs|login|logout|metrics|readyz|requestid|result|static|upload)(\/|$)/i;
const NOT_A_BASE = 'expected a path such as /boxreel: letters, digits and - _ . ~, no slash at the end';

/** Every setting of the system: what it accepts, its default, and what it is for. Read nowhere else. */
const settings = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` needs MONGODB_URI'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address the services listen on; `0.0.0.0` in a container'),
  PORT: integer(0, 65535)
    .default(5000)
    .describe('port of the service; `npm start`: of the pages and the API'),
  BASE_PATH: z
    .string()
    .regex(/^(\/[\w~-][\w.~-]*)+$/, NOT_A_BASE)
    .refine((base) => !OWN_PATHS.test(base), 'expected a path that is not one of the pages or of the API')
    .default('')
    .describe('path that everything is served below, such as `/boxreel`, see docs/reverse-proxy.md'),
  API_KEYS: apiKeys.describe(
    'who may use the pages and the API: `name:sha256` with commas between, see docs/security.md; none: everybody',
  ),
  SERVICE_TOKEN: secret
    .optional()
    .describe('what the services show each other, the same for all; needed with `API_KEYS`'),
  METRICS_TOKEN: secret
    .optional()
    .describe('with `API_KEYS`, opens `/metrics` and nothing else, for Prometheus'),
  TRUST_PROXY: trustedProxies
    .optional()
    .describe('proxies whose X-Forwarded headers count: how many there are in a row, or their addresses'),
  LOGINS_PER_MINUTE: integer(1, 1_000_000)
    .default(10)
    .describe(
      'wrong keys that an address may show a minute; then none of its keys is looked at for a minute',
    ),
  UPLOADS_PER_MINUTE: integer(1, 1_000_000)
    .default(600)
    .describe('videos that a key, or without keys an address, may send a minute'),
  SESSION_HOURS: integer(1, 8_760).default(12).describe('how long a log-in on the pages lasts'),
  LOG_FORMAT: z
    .enum(['text', 'json'])
    .default('text')
    .describe('log lines for people or for a log collector'),
  DATA_DIR: path.prefault('data').describe('the one folder `npm start` keeps everything in'),
  VOLUME_DIR: path
    .prefault('data/volume')
    .describe('the shared volume with a folder per job; `npm start`: `DATA_DIR/volume`'),
  MIN_FREE_MB: integer(0, 1_000_000_000)
    .default(500)
    .describe('with less space left on the volume no upload is taken and no stage begins'),
  MONGODB_URI: z
    .string(NOT_A_DATABASE)
    .regex(/^mongodb(\+srv)?:\/\/\S+$/, NOT_A_DATABASE)
    .describe('the database; without it `npm start` runs an embedded one'),
  MONGODB_DB: z.string().min(1).default('hs_resnet').describe('name of the database'),
  TIMELINE_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:5000')
    .describe('where infer and postprocess reach the timeline API of preprocess'),
  INFER_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:5001')
    .describe('where preprocess reaches infer, for `POST /api/detect`'),
  LEASE_MS: integer(1_000, 3_600_000)
    .default(30_000)
    .describe('a job whose worker is silent for so long goes to another one'),
  STALL_MS: integer(1_000, 86_400_000)
    .default(300_000)
    .describe('an attempt that does no frame for so long is given up and tried again'),
  MAX_ATTEMPTS: integer(1, 100)
    .default(3)
    .describe('attempts of a stage before the job ends in its error status'),
  RETRY_DELAY_MS: integer(0, 3_600_000)
    .default(2_000)
    .describe('wait before the second attempt; doubles each time, jittered'),
  FAIR_AGE_S: integer(0, 86_400)
    .default(3_600)
    .describe('short videos go first, but not before one that has waited this long; 0: oldest first'),
  POLL_MIN_MS: integer(10, 60_000)
    .default(200)
    .describe('wait between looks for work just after work was found'),
  POLL_MAX_MS: integer(10, 60_000)
    .default(1_000)
    .describe('wait between looks for work when there has been none for long'),
  STOP_GRACE_MS: integer(0, 3_600_000)
    .default(25_000)
    .describe('after SIGTERM a running job may go on for so long, then it is handed back'),
  UPLOAD_MAX_BYTES: integer(1, Number.MAX_SAFE_INTEGER)
    .default(2 * 1024 ** 3)
    .describe('largest upload'),
  UPLOAD_KEEP_HOURS: integer(1, 8_760)
    .default(24)
    .describe('an upload that broke off can be gone on with for so long after its last byte'),
  RETENTION_HOURS: integer(0, 1_000_000)
    .optional()
    .describe('finished jobs, record and files, are removed after so long; default: never'),
  RETENTION_MB: integer(0, 1_000_000_000)
    .optional()
    .describe('when finished jobs take more than this together, the oldest are removed; default: never'),
  HOUSEKEEPING_MS: integer(1_000, 86_400_000)
    .default(600_000)
    .describe('wait between two rounds of clearing up'),
  LEFTOVER_MS: integer(1_000, 604_800_000)
    .default(1_800_000)
    .describe('what a killed process left on the volume is removed when nothing has changed for so long'),
  ORPHAN_KEEP_HOURS: integer(1, 8_760)
    .default(168)
    .describe(
      'how long the folder of a job without a record stays in `.quarantine` on the volume before it is removed',
    ),
  UPLOAD_MAX_FIELDS: integer(4, 1_000).default(20).describe('most fields of an upload beside the file'),
  UPLOAD_FIELD_MAX_BYTES: integer(256, 1024 ** 2)
    .default(16 * 1024)
    .describe('longest value of a field'),
  UPLOAD_NAME_MAX_BYTES: integer(16, 8 * 1024)
    .default(1024)
    .describe('longest name of a file; what is kept of it is shortened to 200 bytes'),
  VIDEO_MAX_SECONDS: integer(1, 1_000_000)
    .default(4 * 3600)
    .describe('longest video'),
  VIDEO_MAX_PIXELS: integer(1, 2 ** 28)
    .default(4096 * 2304)
    .describe('most pixels of a frame, width times height'),
  VIDEO_MAX_FPS: integer(1, 1_000).default(300).describe('most frames a second'),
  VIDEO_MAX_FRAMES: integer(1, 100_000_000).default(500_000).describe('most frames of a video'),
  FFMPEG_MEMORY_MB: integer(64, 1_000_000)
    .default(2_048)
    .describe('memory that one ffmpeg may take, in MiB; it ends when it wants more'),
  FFMPEG_TIME_FACTOR: integer(1, 100_000)
    .default(100)
    .describe('seconds that a stage may work on a second of video, after a first minute'),
  EVENT_STREAMS_MAX: integer(1, 100_000)
    .default(1_000)
    .describe('most streams of events that a replica keeps open at once'),
  WEBHOOK_SECRET: webhookSecrets.describe(
    'what callbacks are signed with, see docs/webhooks.md; without it nobody can ask for any',
  ),
  WEBHOOK_ALLOW_PRIVATE: networks.describe(
    'networks that callbacks may go to although they are not public, such as 10.1.0.0/16; or `all`',
  ),
  WEBHOOK_ATTEMPTS: integer(1, 100).default(14).describe('attempts of a callback before it is given up'),
  WEBHOOK_RETRY_MS: integer(0, 3_600_000)
    .default(10_000)
    .describe('wait before the second attempt of a callback; doubles each time, jittered: 14 take a day'),
  JPEG_QUALITY: integer(1, 100).default(90).describe('quality of the frames and boxed frames'),
  MODEL: z
    .string()
    .min(1)
    .default('ssdlite-mobilenetv2')
    .describe('the detector: name of a manifest in `MODELS_DIR`'),
  MODEL_CACHE: path.prefault('.cache/models').describe('where fetched and converted models are kept'),
  MODELS_DIR: path.prefault(join(__dirname, '../../../../models')).describe('folder of the model manifests'),
  MODEL_MEMORY_MB: integer(1, 1_000_000)
    .default(2_048)
    .describe(
      'memory that loaded models may take together, as it is reckoned; those not used for longest go first',
    ),
  INFER_DEVICE: z
    .enum(['auto', 'cpu', 'cuda'])
    .default('auto')
    .describe('where models run; `auto`: on CUDA where it works, else on the CPU'),
  INFER_INSTANCES: integer(1, 256)
    .optional()
    .describe(
      "sessions of a model, each on a thread of its own; default: the model's, else one per CPU, 2 on CUDA",
    ),
  PREFERRED_BATCH_SIZE: z
    .string()
    .regex(/^\d+( *, *\d+)*$/, 'expected whole numbers with commas between them, such as 4,8')
    .transform((list) => list.split(',').map(Number))
    .refine((sizes) => sizes.every((size) => size >= 1 && size <= 1024), 'expected numbers from 1 to 1024')
    .optional()
    .describe(
      "pictures of a run that are worth waiting for, the largest is the most; default: the model's, else 1, 8 on CUDA",
    ),
  MAX_QUEUE_DELAY_US: integer(0, 10_000_000)
    .optional()
    .describe(
      "how long a picture may wait for others of its run, in microseconds; default: the model's, else 0, 2000 on CUDA",
    ),
  INFER_QUEUE_LIMIT: integer(1, 100_000)
    .default(256)
    .describe('pictures of requests that may wait for a model; more are refused'),
  SCORE_THRESHOLD: fraction.optional().describe("detections below are dropped; default: the model's"),
  NMS_IOU: fraction
    .optional()
    .describe("of two boxes of a class that overlap more, the weaker is dropped; default: the model's"),
  MAX_DETECTIONS: integer(1, 1_000).optional().describe("most detections of a frame; default: the model's"),
  AVI_CODEC: z.enum(['mjpeg', 'mpeg4', 'h264']).default('mjpeg').describe('`mjpeg` is fastest and largest'),
  PREVIEW_HEIGHT: integer(0, 4_320)
    .default(720)
    .describe('most lines of the MP4 for browsers (of an upright video: columns); 0: none is made'),
  SCALER: z
    .enum(['manual', 'keda'])
    .default('manual')
    .describe('on Kubernetes, who changes the replicas; `keda`: it alone, by the length of the queues'),
  SCALE_MAX_REPLICAS: integer(1, 10_000)
    .default(20)
    .describe('most replicas that a deployment can be scaled to'),
  KUBE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected lower case letters, digits and dashes')
    .optional()
    .describe("namespace of the deployments; default: the pod's, or that of the kubeconfig's context"),
};

/** Settings whose values are never shown. */
const SECRETS: readonly string[] = ['API_KEYS', 'SERVICE_TOKEN', 'METRICS_TOKEN', 'WEBHOOK_SECRET'];

export type SettingName = keyof typeof settings;

type Values = { [Name in SettingName]: z.output<(typeof settings)[Name]> };

/** Name, meaning and default of every setting, in the order of the table. */
export function describeSettings(): { name: SettingName; description: string }[] {
  return (Object.keys(settings) as SettingName[]).map((name) => ({
    name,
    description: settings[name].description ?? '',
  }));
}

/** All mistakes in the environment at once. */
export class ConfigError extends BoxreelError {
  constructor(message: string) {
    super('BAD_CONFIGURATION', message);
  }
}

/**
 * Reads settings from an environment. Empty variables count as unset.
 * @returns a frozen object with just the settings asked for
 * @throws ConfigError that names every bad variable, its value and what would be right
 */
export function readSettings<Name extends SettingName>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Pick<Values, Name>> {
  const values: Record<string, unknown> = {};
  const mistakes: string[] = [];
  const asked: ReadonlySet<SettingName> = new Set(names);
  for (const name of new Set(names)) {
    const text = env[name]?.trim() === '' ? undefined : env[name];
    const result = settings[name].safeParse(text);
    if (result.success) values[name] = result.data;
    else mistakes.push(describeMistake(name, text, result.error));
  }
  if (Number(values['POLL_MIN_MS']) > Number(values['POLL_MAX_MS'])) {
    mistakes.push(
      `  POLL_MIN_MS is ${String(values['POLL_MIN_MS'])}: expected at most POLL_MAX_MS (${String(values['POLL_MAX_MS'])})`,
    );
  }
  const { API_KEYS = [] } = values as Partial<Values>;
  if (API_KEYS.length > 0 && asked.has('SERVICE_TOKEN') && !env['SERVICE_TOKEN']) {
    mistakes.push(
      '  SERVICE_TOKEN is not set: API_KEYS needs it, or infer and postprocess could not report what they do. ' +
        'Give all services the same one, such as what `openssl rand -hex 32` prints.',
    );
  }
  if (mistakes.length > 0) throw new ConfigError(`Wrong settings:\n${mistakes.join('\n')}`);
  return Object.freeze(values) as Readonly<Pick<Values, Name>>;
}

function describeMistake(name: SettingName, text: string | undefined, error: z.ZodError): string {
  const shown = SECRETS.includes(name) ? 'is not valid' : `is "${text ?? ''}"`;
  const what = text === undefined ? 'is not set' : shown;
  const why = [...new Set(error.issues.map((issue) => issue.message))].join('; ');
  return `  ${name} ${what}: ${why} (${settings[name].description ?? ''})`;
}
