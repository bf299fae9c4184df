import { z } from 'zod';

const defaults = z
  .object({
    score: z.number().describe('detections must score more, 0..1'),
    iou: z.number().describe('of two boxes of a class that overlap more, the weaker is dropped, 0..1'),
    max: z.number().describe('most detections of an image'),
  })
  .meta({ id: 'ModelDefaults' });

const model = z
  .object({
    name: z.string().meta({ example: 'ssdlite-mobilenetv2' }),
    title: z.string(),
    licence: z.string().nullable(),
    default: z.boolean().describe('used by jobs that choose none'),
    available: z
      .boolean()
      .describe('its manifest is valid, and its file is there or will be downloaded at first use'),
    problem: z.string().nullable().describe('why it may not'),
    input: z
      .object({ width: z.number(), height: z.number() })
      .nullable()
      .meta({ example: { width: 300, height: 300 } }),
    labels: z.array(z.string()).describe('by class index'),
    defaults: defaults.nullable(),
  })
  .meta({ id: 'Model' });

/** The models that a job or an image may choose. */
export const modelListSchema = z.object({ models: z.array(model) }).meta({ id: 'ModelList' });

export type ModelResource = z.infer<typeof model>;
export type ModelListResource = z.infer<typeof modelListSchema>;
