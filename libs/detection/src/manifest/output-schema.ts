import { z } from 'zod';

/**
 * The `output` of a manifest, by head (docs/models.md). To add a head: a member here, a class in `output/`, a case in
 * `output/create-head.ts`. Error messages quote the descriptions.
 */

const outputName = z.string().min(1).describe("name of one of the graph's outputs");
const strides = z.array(z.int().min(1)).min(1).default([8, 16, 32]);
/** Unit of boxes: pixels of the input, or fractions of it. */
const units = z.enum(['pixels', 'fractions']);

export const outputSchema = z
  .discriminatedUnion('head', [
    /** `boxes` [N, anchors, 4] (x1, y1, x2, y2) and `scores` [N, anchors, columns] (0..1), before NMS. */
    z.strictObject({
      head: z.literal('boxes+scores'),
      boxes: outputName,
      scores: outputName,
      /** Order of the coordinates; without it, names that suggest the other order are refused. */
      order: z.enum(['xyxy', 'yxyx']).optional(),
      units: units.default('fractions'),
    }),
    /** A class and a score per box: `boxes` [N, n, 4], `labels` and `scores` [N, n], all without N if the batch is one. */
    z.strictObject({
      head: z.literal('boxes+labels+scores'),
      boxes: outputName,
      labels: outputName,
      scores: outputName,
      /** Output [N] with the number of valid boxes; default: all are valid. */
      count: outputName.optional(),
      order: z.enum(['xyxy', 'yxyx']).optional(),
      units: units.default('pixels'),
      /** Label value of column 0. */
      firstLabel: z.int().min(0).default(0),
    }),
    /** SSD-ResNet34 of the ONNX Model Zoo: `boxes` [1, n, 4], `labels` int64 [1, n] from 1, `scores` [1, n]; after NMS. */
    z.strictObject({
      head: z.literal('ssd-zoo'),
      boxes: outputName,
      labels: outputName,
      scores: outputName,
    }),
    /** NVIDIA SSD300 v1.1: `loc` [N, 4, 8732] and `conf` [N, classes + 1, 8732], logits with the background first. */
    z.strictObject({ head: z.literal('ssd300'), loc: outputName, conf: outputName }),
    /** `boxes` (corners, encoded), `anchors` (corners), both [N, anchors, 4], and `scores` [N, anchors, classes + 1], background first. */
    z.strictObject({
      head: z.literal('ssd-anchors'),
      boxes: outputName,
      anchors: outputName,
      scores: outputName,
    }),
    /** `output` [N, cells, 5 + classes]: undecoded x, y, w, h on the grids of `strides`, objectness, class scores. */
    z.strictObject({ head: z.literal('yolox'), output: outputName, strides }),
    /** `output` [N, boxes, values] or, transposed, [N, values, boxes]: cx, cy, w, h, objectness if any, class scores. */
    z.strictObject({
      head: z.literal('yolo'),
      output: outputName,
      transposed: z.boolean().default(false),
      objectness: z.boolean().default(false),
      units: units.default('pixels'),
    }),
    /** `output` [N, k, 6]: x1, y1, x2, y2, score, class; needs no NMS. */
    z.strictObject({ head: z.literal('end-to-end'), output: outputName, units: units.default('pixels') }),
    /** `logits` [N, queries, columns] and `boxes` [N, queries, 4]: cx, cy, w, h as fractions; needs no NMS. */
    z.strictObject({
      head: z.literal('detr'),
      logits: outputName,
      boxes: outputName,
      /** What turns logits into scores; `none` if the graph does it. */
      activation: z.enum(['sigmoid', 'softmax', 'none']).default('sigmoid'),
      /** Position of a "no object" column; default: last with softmax, otherwise none. */
      background: z.enum(['first', 'last', 'none']).optional(),
    }),
    /** Per stride, `scores` [N, cells, columns] and `distances` [N, cells, 4 * bins]: logits of left, top, right, bottom. */
    z.strictObject({
      head: z.literal('nanodet'),
      scores: z.array(outputName).min(1),
      distances: z.array(outputName).min(1),
      strides,
    }),
  ])
  .refine(
    (output) =>
      output.head !== 'nanodet' ||
      (output.scores.length === output.strides.length && output.distances.length === output.strides.length),
    { error: 'scores, distances and strides must have the same number of entries' },
  )
  .describe('outputs of the graph, an object with a head and the names of its outputs');

type ModelOutput = Readonly<z.infer<typeof outputSchema>>;
/** The fields of a head. */
export type OutputOf<Name extends ModelOutput['head']> = Extract<ModelOutput, { head: Name }>;

const WITHOUT_NMS: readonly ModelOutput['head'][] = ['boxes+labels+scores', 'end-to-end', 'detr'];

/** Whether a head drops overlapping boxes; graphs of the others end with NMS or need none. */
export function usesNms({ head }: ModelOutput): boolean {
  return !WITHOUT_NMS.includes(head);
}
