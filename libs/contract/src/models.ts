import { z } from 'zod';
import { precisionSchema } from './precision';

const defaults = z
  .object({
    score: z.number().describe('score threshold, 0..1: detections must exceed it'),
    iou: z
      .number()
      .describe(
        'IoU threshold, 0..1: when two boxes of the same class overlap by more than this, NMS drops the one with the lower score',
      ),
    max: z.number().describe('maximum number of detections per image'),
  })
  .meta({ id: 'ModelDefaults' });

const model = z
  .object({
    name: z.string().meta({ example: 'ssdlite-mobilenetv2' }),
    title: z.string(),
    licence: z.string().nullable(),
    default: z.boolean().describe('the default model'),
    available: z
      .boolean()
      .describe('the manifest is valid, and the model file exists or is downloaded on first use'),
    problem: z.string().nullable().describe('why it is unavailable'),
    input: z
      .object({ width: z.number(), height: z.number() })
      .nullable()
      .meta({ example: { width: 300, height: 300 } }),
    downloadBytes: z
      .number()
      .nullable()
      .describe('size of the model file, which is downloaded on first use; null if it is on disk'),
    cocoAp: z
      .number()
      .nullable()
      .meta({ description: 'average precision on COCO val2017 (IoU .5 to .95), 0..1', example: 0.428 }),
    nms: z
      .boolean()
      .nullable()
      .describe('whether the IoU threshold applies; false for models that need no NMS'),
    precisions: z
      .array(precisionSchema)
      .describe('it can run in; int8 is used where the CPU is made for it, see PRECISION'),
    labels: z.array(z.string()).describe('by class index'),
    defaults: defaults.nullable(),
  })
  .meta({ id: 'Model' });

/** The models that a job or an image may choose. */
export const modelListSchema = z.object({ models: z.array(model) }).meta({ id: 'ModelList' });

export type ModelResource = z.infer<typeof model>;
export type ModelListResource = z.infer<typeof modelListSchema>;
