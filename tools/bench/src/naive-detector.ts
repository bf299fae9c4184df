import { createCanvas, loadImage } from 'canvas';
import { InferenceSession, Tensor } from '../../../libs/detection/src/engine/runtime';
import type { Detection, Manifest, Thresholds } from '#detection';
// The same head as the product's: only the code around the model differs.
import { createHead } from '../../../libs/detection/src/output/create-head';
import type { OutputTensor } from '../../../libs/detection/src/output/head';

/**
 * Detects in the obvious way: canvas decodes and scales, a loop fills the tensor, one session with default options runs,
 * one image after the other. Nothing is slowed down on purpose.
 */
export class NaiveDetector {
  private readonly context;
  private readonly head;

  private constructor(
    private readonly manifest: Manifest,
    private readonly session: InferenceSession,
  ) {
    this.context = createCanvas(manifest.input.width, manifest.input.height).getContext('2d');
    this.head = createHead(manifest);
  }

  static async load(manifest: Manifest, modelPath: string): Promise<NaiveDetector> {
    return new NaiveDetector(manifest, await InferenceSession.create(modelPath));
  }

  /** @param file an image. @returns boxes as fractions of the model's input */
  async detect(file: string, thresholds: Thresholds): Promise<Detection[]> {
    const { input } = this.manifest;
    const tensor = await this.makeInput(file);
    const values = await this.session.run({ [input.name]: tensor });
    const outputs = this.head.outputs.map(({ name }) => values[name] as unknown as OutputTensor);
    return this.head.decode(outputs, 0, thresholds);
  }

  private async makeInput(file: string): Promise<Tensor> {
    const { width, height, layout, dtype, colour, resize, pad, scale, mean, std } = this.manifest.input;
    const image = await loadImage(file);
    const fit = resize === 'letterbox' ? Math.min(width / image.width, height / image.height) : undefined;
    this.context.fillStyle = `rgb(${pad}, ${pad}, ${pad})`;
    this.context.fillRect(0, 0, width, height);
    this.context.drawImage(image, 0, 0, fit ? image.width * fit : width, fit ? image.height * fit : height);
    const { data } = this.context.getImageData(0, 0, width, height);
    const plane = width * height;
    const values = new (dtype === 'uint8' ? Uint8Array : Float32Array)(3 * plane);
    for (let i = 0; i < plane; i++) {
      for (let c = 0; c < 3; c++) {
        const pixel = data[4 * i + (colour === 'RGB' ? c : 2 - c)] ?? 0;
        values[layout === 'NCHW' ? c * plane + i : 3 * i + c] =
          (pixel * scale - (mean[c] ?? 0)) / (std[c] ?? 1);
      }
    }
    const dims = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
    return values instanceof Uint8Array
      ? new Tensor('uint8', values, dims)
      : new Tensor('float32', values, dims);
  }
}
