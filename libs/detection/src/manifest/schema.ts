import { z } from 'zod';
import { extraInputSchema, inputSchema } from './input-schema';
import { outputSchema } from './output-schema';

/**
 * A model as data (docs/models.md); its input and output have files of their own. To add a kind of source, add a member
 * to the union and a case where it is used. Error messages quote the descriptions.
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
  bytes: z.int().min(1).optional().describe('size of the .onnx file'),
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
    cocoAp: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('average precision on COCO val2017 (IoU .5 to .95), 0..1'),
    input: inputSchema,
    /** Inputs besides the image. */
    extraInputs: z.array(extraInputSchema).optional(),
    output: outputSchema,
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

export type NpmSource = z.infer<typeof npmSource>;
export type UrlSource = z.infer<typeof urlSource>;
export type FileSource = z.infer<typeof fileSource> & {
  /** The path as given in the manifest; `path` is absolute. */
  readonly written?: string;
};
