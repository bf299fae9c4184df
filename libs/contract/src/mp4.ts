import { z } from 'zod';

const NOT_A_SCORE = 'score: expected a number from 0 to 1';
const NO_LABELS = 'classes: expected a list of labels';

/** A request for an MP4 with boxes. */
export const mp4RequestSchema = z
  .strictObject({
    score: z
      .number(NOT_A_SCORE)
      .min(0, NOT_A_SCORE)
      .max(1, NOT_A_SCORE)
      .exactOptional()
      .describe("score threshold: drawn detections exceed it; default: the job's"),
    classes: z
      .array(z.string(NO_LABELS).min(1, NO_LABELS).max(100, NO_LABELS), NO_LABELS)
      .max(1_000, NO_LABELS)
      .exactOptional()
      .describe("labels to draw; empty: all; default: the job's"),
  })
  .meta({ id: 'Mp4Request' });

export const MP4_KEY = /^[0-9a-f]{16}$/;

export const mp4KeySchema = z.string().regex(MP4_KEY).meta({ example: '9f86d081884c7d65' });

/** An MP4 with boxes, made on request. */
export const mp4Schema = z
  .object({
    key: mp4KeySchema.describe('identifies the options within the job'),
    score: z.number().describe('score threshold'),
    classes: z.array(z.string()).describe('labels that are drawn; empty: all'),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    progress: z
      .object({ done: z.number(), total: z.number().nullable() })
      .nullable()
      .describe('frames; null unless it is being made'),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('why the last attempt failed'),
    links: z.object({
      self: z.string().describe('this MP4 and its state'),
      video: z.string().describe('the file, once the state is done'),
    }),
  })
  .meta({ id: 'Mp4' });

export const mp4ListSchema = z
  .object({ mp4s: z.array(mp4Schema).describe('oldest request first') })
  .meta({ id: 'Mp4List' });

export type Mp4Request = z.infer<typeof mp4RequestSchema>;
export type Mp4Resource = z.infer<typeof mp4Schema>;
export type Mp4ListResource = z.infer<typeof mp4ListSchema>;
