import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Detection } from '../detection';
import { BadImage, ModelMismatch } from '../errors';
import { JpegDecoder } from '../input/jpeg';
import { Stretch } from '../input/stretch';
import { type Manifest } from '../manifest/schema';
import { createHead, type Head, type OutputTensor, type Thresholds } from '../output/head';
import { checkGraph } from './check-graph';

export interface ModelOptions {
  /** Threads that share the work of one run. */
  readonly intraOpThreads: number;
  /** Where it runs, first choice first. */
  readonly executionProviders: readonly ('cpu' | 'cuda')[];
  /** Most pictures of one run. */
  readonly maxBatch: number;
}

/** A picture to look at, and what to look for. */
export interface PictureRequest {
  /** The encoded picture. */
  readonly image: Buffer;
  readonly thresholds: Thresholds;
  /** Give the decoded pixels back, too. */
  readonly keepPixels?: boolean;
}

/** What was found on a picture. Times in milliseconds. */
export interface PictureResult {
  readonly width: number;
  readonly height: number;
  /** Best first. */
  readonly detections: readonly Detection[];
  /** Decoding the picture and making the model's input of it. */
  readonly inputMs: number;
  /** Running the model; the same for every picture of a batch. */
  readonly computeMs: number;
  /** Reading the model's output, with NMS. */
  readonly outputMs: number;
  /** Pictures of the run. */
  readonly batch: number;
  /** Interleaved RGB, 3 * width * height bytes, where it was asked for. */
  readonly pixels?: Uint8Array;
}

/** A model in memory, from encoded pictures to detections. One batch at a time: its buffers are used again. */
export class Model {
  private readonly decoder = new JpegDecoder();
  private readonly stretch: Stretch;
  private readonly head: Head;
  private readonly input: Float32Array;
  private readonly inputSize: number;

  private constructor(
    private readonly manifest: Manifest,
    private readonly session: InferenceSession,
    maxBatch: number,
  ) {
    const { input } = manifest;
    this.stretch = new Stretch(input);
    this.head = createHead(manifest);
    this.inputSize = 3 * input.height * input.width;
    this.input = new Float32Array(maxBatch * this.inputSize);
  }

  /**
   * Loads a model, checks it against its manifest and runs it once, so that the first picture is not slower.
   * Blocks the thread, as every run does: ONNX Runtime's Node binding is synchronous underneath.
   *
   * @throws ModelMismatch if the file is no model or another one than the manifest describes
   */
  static async load(manifest: Manifest, file: string, options: ModelOptions): Promise<Model> {
    const { intraOpThreads, executionProviders, maxBatch } = options;
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(file, {
        executionProviders: [...executionProviders],
        intraOpNumThreads: intraOpThreads,
        interOpNumThreads: 1,
        // threads that wait for work in a busy loop take the cores from the other sessions
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      });
    } catch (error) {
      throw new ModelMismatch(`${file} is no model that ONNX Runtime can load: ${(error as Error).message}`, {
        cause: error,
      });
    }
    checkGraph(manifest, session.inputMetadata, session.outputMetadata);
    const model = new Model(manifest, session, maxBatch);
    await model.run(maxBatch);
    return model;
  }

  /** Looks at a batch of pictures, at most `maxBatch`. A picture that cannot be decoded gets its error, the others results. */
  async detect(requests: readonly PictureRequest[]): Promise<(PictureResult | BadImage)[]> {
    let size = 0;
    const inputs = requests.map((request) => {
      const made = this.makeInput(request, size);
      if (!(made instanceof BadImage)) size++;
      return made;
    });
    const before = performance.now();
    const outputs = size > 0 ? await this.run(size) : [];
    const computeMs = performance.now() - before;
    return inputs.map((made) => {
      if (made instanceof BadImage) return made;
      const { place, thresholds, ...about } = made;
      const start = performance.now();
      const detections = this.head.decode(outputs, place, thresholds);
      return { ...about, detections, computeMs, outputMs: performance.now() - start, batch: size };
    });
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  /** Decodes a picture and puts it into the batch at `place`. */
  private makeInput({ image, thresholds, keepPixels }: PictureRequest, place: number) {
    const start = performance.now();
    try {
      const { width, height, rgb } = this.decoder.decode(image);
      this.stretch.into(this.input.subarray(place * this.inputSize), { width, height, rgb });
      const inputMs = performance.now() - start;
      const pixels = keepPixels ? rgb.slice(0, 3 * width * height) : undefined;
      return { place, thresholds, width, height, inputMs, ...(pixels && { pixels }) };
    } catch (error) {
      if (error instanceof BadImage) return error;
      throw error;
    }
  }

  private async run(batch: number): Promise<OutputTensor[]> {
    const { input } = this.manifest;
    const shape = [batch, 3, input.height, input.width];
    const tensor = new Tensor('float32', this.input.subarray(0, batch * this.inputSize), shape);
    const values = await this.session.run({ [input.name]: tensor }, this.head.outputs);
    return this.head.outputs.map((name) => values[name] as unknown as OutputTensor);
  }
}
