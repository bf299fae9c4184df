import { join } from 'node:path';
import { z } from 'zod';
import { fraction, integer, path } from './values';
import { networks } from './webhook-values';

/** Models, and how they run. */
export const detection = {
  MODEL: z
    .string()
    .min(1)
    .default('ssdlite-mobilenetv2')
    .describe('default model: name of a manifest in `MODELS_DIR`'),
  MODELS_DIR: path
    .prefault(join(__dirname, '../../../../../models'))
    .describe('folder of the model manifests'),
  MODEL_CACHE: path.prefault('.cache/models').describe('folder of downloaded and converted models'),
  MODEL_MEMORY_MB: integer(1, 1_000_000)
    .default(2_048)
    .describe(
      'estimated memory that loaded models may use together; the least recently used are unloaded first',
    ),
  INFER_DEVICE: z
    .enum(['auto', 'cpu', 'cuda'])
    .default('auto')
    .describe('`cpu`, `cuda`, or `auto`: CUDA where it works, otherwise the CPU; the log says which and why'),
  PRECISION: z
    .enum(['auto', 'fp32', 'int8'])
    .default('auto')
    .describe(
      '`int8`: 8-bit integers; `fp32`: 32-bit floats; `auto`: int8 where the model has it, the CPU is made for it and a self-check passes, otherwise fp32; see [models.md](models.md#precision)',
    ),
  INFER_INSTANCES: integer(1, 256).optional().describe('sessions per model, each on its own thread'),
  PREFERRED_BATCH_SIZE: z
    .string()
    .regex(/^\d+( *, *\d+)*$/, 'expected whole numbers separated by commas, such as 4,8')
    .transform((list) => list.split(',').map(Number))
    .refine((sizes) => sizes.every((size) => size >= 1 && size <= 1024), 'expected numbers from 1 to 1024')
    .optional()
    .describe('batch sizes worth waiting for, such as `4,8`; the largest is the maximum'),
  MAX_QUEUE_DELAY_US: integer(0, 10_000_000)
    .optional()
    .describe('how long an image may wait for its batch to fill, in microseconds'),
  INFER_QUEUE_LIMIT: integer(1, 100_000)
    .default(256)
    .describe('images of HTTP requests that may wait for a model; further requests are refused'),
  SCORE_THRESHOLD: fraction
    .optional()
    .describe('score threshold; only detections above it are drawn and exported by default'),
  SCORE_FLOOR: fraction
    .default(0.1)
    .describe('detections above this score are stored for later use, even below the threshold of their job'),
  NMS_IOU: fraction
    .optional()
    .describe(
      'when two boxes of the same class overlap by more than this, NMS drops the one with the lower score',
    ),
  DETECT_URLS: z
    .enum(['0', '1'], 'expected 0 or 1')
    .default('0')
    .transform((value) => value === '1')
    .describe('`1`: `POST /api/detect` may download an image from a `url`; see [security.md](security.md)'),
  DETECT_URLS_ALLOW_PRIVATE: networks.describe(
    'private networks that such a `url` may reach, such as `10.1.0.0/16`, or `all`',
  ),
  MAX_DETECTIONS: integer(1, 1_000).optional().describe('maximum detections per frame'),
};
