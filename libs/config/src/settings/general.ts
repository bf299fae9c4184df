import { z } from 'zod';
import { httpUrl, integer, path } from './values';

const NOT_A_DATABASE = 'expected mongodb://host:port/';

/** First segments of the product's own paths. A base path that starts with one would make addresses ambiguous. */
const OWN_PATHS =
  /^\/(api|cluster|detect|fileUpload|healthz|jobs|login|logout|metrics|readyz|requestid|result|static|upload)(\/|$)/i;
const NOT_A_BASE = 'expected a path such as /boxreel: letters, digits and - _ . ~, without a trailing slash';

/** Addresses, storage and database. */
export const general = {
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` requires `MONGODB_URI`'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address the services listen on; use `0.0.0.0` in a container'),
  PORT: integer(0, 65535)
    .default(5000)
    .describe('port of the service; with `npm start`, of the pages and the API'),
  BASE_PATH: z
    .string()
    .regex(/^(\/[\w~-][\w.~-]*)+$/, NOT_A_BASE)
    .refine(
      (base) => !OWN_PATHS.test(base),
      'expected a path that differs from those of the pages and the API',
    )
    .default('')
    .describe(
      'path prefix of every page and API route, such as `/boxreel`; see [reverse-proxy.md](reverse-proxy.md)',
    ),
  LOG_FORMAT: z
    .enum(['text', 'json'])
    .default('text')
    .describe('log format: `text` for people, `json` for a log collector'),
  DATA_DIR: path.prefault('data').describe('folder that `npm start` keeps all data in'),
  VOLUME_DIR: path.prefault('data/volume').describe('shared volume, with one folder per job'),
  MIN_FREE_MB: integer(0, 1_000_000_000)
    .default(500)
    .describe('with less free space on the volume, uploads are refused and stages wait'),
  MONGODB_URI: z
    .string(NOT_A_DATABASE)
    .regex(/^mongodb(\+srv)?:\/\/\S+$/, NOT_A_DATABASE)
    .describe("database; without it, `npm start` uses the machine's `mongod` or else an embedded server"),
  MONGODB_DB: z.string().min(1).default('hs_resnet').describe('database name'),
  TIMELINE_URL: httpUrl
    .default('http://127.0.0.1:5000')
    .describe('where infer and postprocess reach the timeline API of preprocess'),
  INFER_URL: httpUrl
    .default('http://127.0.0.1:5001')
    .describe('where preprocess reaches infer for `POST /api/detect`'),
};
