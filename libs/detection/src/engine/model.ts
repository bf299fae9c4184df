import { basename } from 'node:path';
import { InferenceSession, Tensor } from './runtime';
import { type Detection } from '../detection';
import { BadImageError, ModelMismatchError } from '../errors';
import { describeFile } from '../content';
import { ImageDecoder } from '../input/decode';
import { toImage } from '../input/placement';
import { type InputArray, Resizer } from '../input/resize';
import { type Manifest } from '../manifest/schema';
import { createHead } from '../output/create-head';
import { type Head, type OutputTensor, type Thresholds } from '../output/head';
import { checkBatch, checkGraph, inputShape } from './check-graph';
import { checkBoxes, checkScores } from './check-run';

export interface ModelOptions {
  /** Threads that share one run. */
  readonly intraOpThreads: number;
  /** Execution providers, first choice first. */
  readonly executionProviders: readonly ('cpu' | 'cuda')[];
  /** Maximum number of images per run. */
  readonly maxBatch: number;
}

/** An image to run detection on. */
export interface ImageRequest {
  /** The encoded image. */
  readonly image: Buffer;
  readonly thresholds: Thresholds;
  /** Also return the decoded pixels. */
  readonly keepPixels?: boolean;
}

/** Result for one image. Times in milliseconds. */
export interface ImageResult {
  readonly width: number;
  readonly height: number;
  /** Best first. */
  readonly detections: readonly Detection[];
  /** Decoding the image and converting it to the model's input. */
  readonly inputMs: number;
  /** Running the model; the same for all images of a batch. */
  readonly computeMs: number;
  /** Decoding the model's output, including NMS. */
  readonly outputMs: number;
  /** Number of images in the run. */
  readonly batch: number;
  /** The upright image, if requested: interleaved RGB, 3 * width * height bytes. */
  readonly pixels?: Uint8Array;
}

/** A model in memory, from encoded images to detections. Runs one batch at a time, because its buffers are reused. */
export class Model {
  private readonly decoder = new ImageDecoder();
  private readonly resizer: Resizer;
  private readonly head: Head;
  private readonly input: InputArray;
  private readonly inputSize: number;

  private constructor(
    private readonly manifest: Manifest,
    private readonly session: InferenceSession,
    maxBatch: number,
  ) {
    const { input } = manifest;
    this.resizer = new Resizer(input);
    this.head = createHead(manifest);
    this.inputSize = 3 * input.height * input.width;
    this.input = new (input.dtype === 'uint8' ? Uint8Array : Float32Array)(maxBatch * this.inputSize);
  }

  /**
   * Loads a model, checks it against its manifest and runs it once, so that the first image is not slower.
   * Blocks the thread, as every run does: ONNX Runtime's Node binding is synchronous.
   *
   * @throws ModelMismatchError if the file is not a model, or not the model that the manifest describes
   */
  static async load(manifest: Manifest, file: string, options: ModelOptions): Promise<Model> {
    const { maxBatch } = options;
    const session = await createSession(file, options);
    try {
      const { inputMetadata, outputMetadata } = session;
      checkGraph(manifest, inputMetadata, outputMetadata);
      checkBatch(manifest, inputMetadata, maxBatch);
      const model = new Model(manifest, session, maxBatch);
      await model.warmUp(maxBatch);
      return model;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Detects on a batch of at most `maxBatch` images. An image that cannot be decoded gets an error; the others are not affected. */
  async detect(requests: readonly ImageRequest[]): Promise<(ImageResult | BadImageError)[]> {
    let size = 0;
    const inputs = requests.map((request) => {
      const made = this.makeInput(request, size);
      if (!(made instanceof BadImageError)) size++;
      return made;
    });
    const before = performance.now();
    const outputs = size > 0 ? await this.run(size) : [];
    const computeMs = performance.now() - before;
    return inputs.map((made) => {
      if (made instanceof BadImageError) return made;
      const { index, place, thresholds, ...about } = made;
      const start = performance.now();
      const found = this.head.decode(outputs, index, thresholds);
      const detections = toImage(found, this.manifest.input, place);
      return { ...about, detections, computeMs, outputMs: performance.now() - start, batch: size };
    });
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  /** Decodes an image into its place in the batch. */
  private makeInput({ image, thresholds, keepPixels }: ImageRequest, index: number) {
    const start = performance.now();
    try {
      const decoded = this.decoder.decode(image);
      const { width, height, rgb } = decoded;
      const place = this.resizer.into(this.input.subarray(index * this.inputSize), decoded);
      const inputMs = performance.now() - start;
      // Copy: the decoder reuses its memory for the next image (and Buffer.slice would not copy).
      const pixels = keepPixels ? new Uint8Array(rgb.subarray(0, 3 * width * height)) : undefined;
      return { index, place, thresholds, width, height, inputMs, ...(pixels && { pixels }) };
    } catch (error) {
      if (error instanceof BadImageError) return error;
      throw error;
    }
  }

  private async run(batch: number): Promise<OutputTensor[]> {
    const { input } = this.manifest;
    const data = this.input.subarray(0, batch * this.inputSize);
    const shape = inputShape(input, batch);
    const tensor =
      data instanceof Uint8Array ? new Tensor('uint8', data, shape) : new Tensor('float32', data, shape);
    const values = await this.session.run({ [input.name]: tensor }, this.head.outputs);
    return this.head.outputs.map((name) => values[name] as unknown as OutputTensor);
  }

  /** Runs once and checks the outputs, because the graph may not declare their sizes. */
  private async warmUp(batch: number): Promise<void> {
    const { input, name } = this.manifest;
    let outputs: OutputTensor[];
    try {
      outputs = await this.run(batch);
    } catch (error) {
      throw new ModelMismatchError(
        `Model ${name}: the first run with ${batch} empty images failed: ${(error as Error).message}`,
        { cause: error },
      );
    }
    const values = outputs.map(({ dims, data }, i) => ({
      name: this.head.outputs[i] ?? '',
      isTensor: true as const,
      type: data instanceof BigInt64Array ? ('int64' as const) : ('float32' as const),
      shape: dims,
    }));
    const given = {
      name: input.name,
      isTensor: true as const,
      type: input.dtype,
      shape: inputShape(input, batch),
    };
    checkGraph(this.manifest, [given], values);
    checkScores(this.manifest, outputs);
    checkBoxes(this.manifest, outputs);
  }
}

async function createSession(file: string, options: ModelOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      executionProviders: [...options.executionProviders],
      intraOpNumThreads: options.intraOpThreads,
      interOpNumThreads: 1,
      // Threads that wait in a busy loop would take CPU time from the other sessions.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    const what = await describeFile(file).catch(() => undefined);
    const name = basename(file);
    throw new ModelMismatchError(
      what === undefined
        ? `${name} cannot be loaded by ONNX Runtime: ${(error as Error).message.replaceAll(file, name)}`
        : `${name} is ${what}, not an ONNX model.`,
      { cause: error },
    );
  }
}
