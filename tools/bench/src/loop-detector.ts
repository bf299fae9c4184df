import { availableParallelism } from 'node:os';
import type { Detection, Manifest, Thresholds } from '#detection';
import { InferenceSession, type Tensor } from '../../../libs/detection/src/engine/runtime';
import { imageTensor, readOutput } from '../../../libs/detection/src/engine/tensors';
import { toImage } from '../../../libs/detection/src/input/placement';
import { Resizer } from '../../../libs/detection/src/input/resize';
import type { RgbImage } from '../../../libs/detection/src/input/rgb-image';
import { createHead } from '../../../libs/detection/src/output/create-head';

/**
 * Detects on raw frames with one session that has a thread per core, one frame after the other. Resizing and decoding
 * the output are the product's code, so that a comparison shows the pipelines and not those parts.
 */
export class LoopDetector {
  private readonly resizer;
  private readonly head;
  private readonly values;
  private readonly half;

  private constructor(
    private readonly manifest: Manifest,
    private readonly session: InferenceSession,
  ) {
    const { input } = manifest;
    const size = 3 * input.width * input.height;
    this.resizer = new Resizer(input);
    this.head = createHead(manifest);
    this.values = new (input.dtype === 'uint8' ? Uint8Array : Float32Array)(size);
    this.half = new Uint16Array(input.dtype === 'float16' ? size : 0);
  }

  static async load(manifest: Manifest, modelPath: string): Promise<LoopDetector> {
    const session = await InferenceSession.create(modelPath, { intraOpNumThreads: availableParallelism() });
    return new LoopDetector(manifest, session);
  }

  /** @returns boxes as fractions of the frame */
  async detect(frame: RgbImage, thresholds: Thresholds): Promise<Detection[]> {
    const { input } = this.manifest;
    const place = this.resizer.into(this.values, frame);
    const tensor = imageTensor(input, 1, this.values, this.half);
    const values = await this.session.run({ [input.name]: tensor });
    const outputs = this.head.outputs.map((expected) =>
      readOutput(values[expected.name] as Tensor, expected),
    );
    return toImage(this.head.decode(outputs, 0, thresholds), input, place);
  }
}
