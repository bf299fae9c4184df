import { z } from 'zod';

/** The `input` of a manifest (docs/models.md). Error messages quote the descriptions. */

const triple = z.tuple([z.number(), z.number(), z.number()]);
const size = z.int().min(1).max(4096);

/** Dimensions of the input, in order; CHW and HWC have no batch. */
const LAYOUTS = ['NCHW', 'NHWC', 'CHW', 'HWC'] as const;

export const inputSchema = z
  .strictObject({
    name: z.string().min(1).describe("name of the graph's image input"),
    width: size.describe('width of the input, in pixels'),
    height: size.describe('height of the input, in pixels'),
    layout: z.enum(LAYOUTS).default('NCHW'),
    dtype: z.enum(['float32', 'float16', 'uint8']).default('float32'),
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
      dtype !== 'uint8' || (scale === 1 && mean.every((m) => m === 0) && std.every((s) => s === 1)),
    { error: 'uint8 pixels are not normalised: remove scale, mean and std' },
  )
  .describe('image input of the graph, an object with at least name, width and height');

/** Inputs besides the image, by what the graph expects in them. */
export const extraInputSchema = z.strictObject({
  name: z.string().min(1).describe('name of an input of the graph'),
  /**
   * `width-height` or `height-width` [N, 2]: the size of the input, so that boxes come back in its pixels;
   * `mask` [N, height, width]: 1 where the image is, 0 in the padding.
   */
  gives: z
    .enum(['width-height', 'height-width', 'mask'])
    .describe('what the graph expects there: width-height, height-width or mask'),
});

export type ModelInput = Readonly<z.infer<typeof inputSchema>>;
export type ExtraInput = Readonly<z.infer<typeof extraInputSchema>>;
