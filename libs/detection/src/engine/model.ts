import { basename } from 'node:path';
import { InferenceSession, type Tensor } from './runtime';
import { type Detection } from '../detection';
import { BadImageError, ModelMismatchError } from '../errors';
import { describeFile } from '../content';
import { ImageDecoder } from '../input/decode';
import { type Placement, toImage } from '../input/placement';
import { type InputArray, Resizer } from '../input/resize';
import { type Expected } from '../int8/recipe';
import { checkExpected, expectationOf } from '../int8/self-check';
import { type Manifest } from '../manifest/schema';
import { createHead } from '../output/create-head';
import { type Head, type OutputTensor, type Thresholds } from '../output/head';
import { checkBatch, checkGraph } from './check-graph';
import { checkRun } from './check-run';
import { sampleImage } from './sample';
import { extraTensors, imageTensor, readOutput, toFloats } from './tensors';

export interface ModelOptions {
  /** Threads that share one run. */
  readonly intraOpThreads: number;
  /** Execution providers, first choice first. */
  readonly executionProviders: readonly ('cpu' | 'cuda')[];
  /** Maximum number of images per run. */
  readonly maxBatch: number;
  /** What an int8 model must return for the sample image. */
  readonly expected?: Expected | undefined;
  /** Exact products of 8-bit integers, slower, on x86 CPUs without VNNI. */
  readonly exactProducts?: boolean;
}

/** Thresholds of runs whose detections are not read. */
const NOTHING: Thresholds = { score: 1, iou: 1, max: 1 };

/** In pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** An image to run detection on. */
export interface ImageRequest {
  /** The encoded image; or, with `size`, its pixels in interleaved RGB. */
  readonly image: Buffer;
  /** Of an image that is given as pixels. */
  readonly size?: ImageSize;
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
  /** The input in 16-bit floats, for graphs that want them. */
  private readonly half: Uint16Array;
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
    this.half = new Uint16Array(input.dtype === 'float16' ? this.input.length : 0);
  }

  /**
   * Loads a model, checks it against its manifest and runs it once, so that warm-up does not slow the first image.
   * Blocks the thread, as every run does: ONNX Runtime's Node binding is synchronous.
   *
   * @throws ModelMismatchError if the file is not a model, or not the model that the manifest describes;
   *         PrecisionUnavailableError if an int8 model does not return what it must
   */
  static async load(manifest: Manifest, file: string, options: ModelOptions): Promise<Model> {
    const { maxBatch } = options;
    const session = await createSession(file, options);
    try {
      const { inputMetadata, outputMetadata } = session;
      checkGraph(manifest, inputMetadata, outputMetadata);
      checkBatch(manifest, inputMetadata, maxBatch);
      const model = new Model(manifest, session, maxBatch);
      await model.warmUp(maxBatch, options.expected);
      return model;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** Detects on a batch of at most `maxBatch` images. An image that cannot be decoded gets an error; the others are not affected. */
  async detect(requests: readonly ImageRequest[]): Promise<(ImageResult | BadImageError)[]> {
    const places: Placement[] = [];
    const inputs: Awaited<ReturnType<Model['makeInput']>>[] = [];
    // One after the other: the decoder reuses its memory.
    for (const request of requests) {
      const made = await this.makeInput(request, places.length);
      if (!(made instanceof BadImageError)) places.push(made.place);
      inputs.push(made);
    }
    const before = performance.now();
    const outputs = places.length > 0 ? await this.run(places) : [];
    const computeMs = performance.now() - before;
    return inputs.map((made) => {
      if (made instanceof BadImageError) return made;
      const { index, place, thresholds, ...about } = made;
      const start = performance.now();
      const found = this.head.decode(outputs, index, thresholds);
      const detections = toImage(found, this.manifest.input, place);
      return { ...about, detections, computeMs, outputMs: performance.now() - start, batch: places.length };
    });
  }

  /**
   * The values of named outputs of the graph for one image, not decoded.
   * @throws BadImageError
   */
  async valuesOf(image: Buffer, names: readonly string[]): Promise<Float32Array[]> {
    const values = await this.runGraph([await this.placed(image)], names);
    return names.map((name) => toFloats((values[name] as Tensor).data));
  }

  /** What a later load of the same model is checked against. */
  async expectation(): Promise<Expected> {
    return expectationOf(this.head.outputs, await this.run([await this.placed(await sampleImage())]));
  }

  /** @throws PrecisionUnavailableError if the model does not return for the sample image what it must */
  async check(expected: Expected): Promise<void> {
    const outputs = await this.run([await this.placed(await sampleImage())]);
    checkExpected(this.manifest.name, this.head.outputs, outputs, expected);
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  /** Decodes an image that must be valid into its place in the batch. */
  private async placed(image: Buffer, index = 0): Promise<Placement> {
    const made = await this.makeInput({ image, thresholds: NOTHING }, index);
    if (made instanceof BadImageError) throw made;
    return made.place;
  }

  /** Decodes an image into its place in the batch. */
  private async makeInput({ image, size, thresholds, keepPixels }: ImageRequest, index: number) {
    const start = performance.now();
    try {
      const decoded = size ? { ...size, rgb: image } : await this.decoder.decode(image);
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

  /** Runs the model on the images in its input. @param places where each image lies in its input */
  private async run(places: readonly Placement[]): Promise<OutputTensor[]> {
    const { outputs } = this.head;
    const values = await this.runGraph(
      places,
      outputs.map(({ name }) => name),
    );
    return outputs.map((expected) => readOutput(values[expected.name] as Tensor, expected));
  }

  private runGraph(
    places: readonly Placement[],
    names: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { input, extraInputs = [] } = this.manifest;
    const data = this.input.subarray(0, places.length * this.inputSize);
    return this.session.run(
      {
        [input.name]: imageTensor(input, places.length, data, this.half),
        ...extraTensors(extraInputs, input, places, this.session.inputMetadata),
      },
      names,
    );
  }

  /**
   * Runs once on the sample image and checks the outputs, because the graph may not declare their sizes, and may follow
   * another contract than the manifest's.
   */
  private async warmUp(batch: number, expected: Expected | undefined): Promise<void> {
    const { name } = this.manifest;
    const image = await sampleImage();
    const places: Placement[] = [];
    while (places.length < batch) places.push(await this.placed(image, places.length));
    let outputs: OutputTensor[];
    try {
      outputs = await this.run(places);
    } catch (error) {
      throw new ModelMismatchError(
        `Model ${name}: the first run, with a batch of ${batch}, failed: ${(error as Error).message}`,
        { cause: error },
      );
    }
    checkGraph(this.manifest, this.session.inputMetadata, this.ranOutputs(outputs));
    checkBatchOf(outputs, batch, name);
    if (expected) checkExpected(name, this.head.outputs, outputs, expected);
    checkRun(this.manifest, this.head, outputs);
  }

  /** The outputs of a run in the form of declared ones. */
  private ranOutputs(outputs: readonly OutputTensor[]): InferenceSession.ValueMetadata[] {
    return outputs.map(({ dims }, i) => {
      const { name = '', types = [] } = this.head.outputs[i] ?? {};
      return { name, isTensor: true, type: types[0] ?? 'float32', shape: dims };
    });
  }
}

/** Refuses a graph that mixes the images of a batch, or returns another number of results. */
function checkBatchOf(outputs: readonly OutputTensor[], batch: number, name: string): void {
  const other = outputs.find(({ dims }) => dims[0] !== batch);
  if (!other) return;
  throw new ModelMismatchError(
    `Model ${name}: a run with ${batch} images returned an output of shape [${other.dims.join(', ')}] instead of one result per image; set dynamic_batching.preferred_batch_size to [1].`,
  );
}

async function createSession(file: string, options: ModelOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      executionProviders: [...options.executionProviders],
      intraOpNumThreads: options.intraOpThreads,
      interOpNumThreads: 1,
      logSeverityLevel: 3, // errors only: exports of many models cause hundreds of warnings
      // Threads that wait in a busy loop would take CPU time from the other sessions.
      extra: {
        session: {
          intra_op: { allow_spinning: '0' },
          ...(options.exactProducts && { x64quantprecision: '1' }),
        },
      },
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
