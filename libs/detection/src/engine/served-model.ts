import 'sharp'; // before a worker does, as sharp requires on Linux
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BadImageError } from '../errors';
import { type Precision } from '../int8/precision';
import { type Manifest } from '../manifest/schema';
import { type Thresholds } from '../output/head';
import { maxBatchSize } from './batching';
import { type RgbImage } from '../input/rgb-image';
import { type Placement } from './device';
import { type ImageResult } from './model';
import { type Scheduling } from './scheduling';
import { type Variant } from './variant';
import { type ImageJob, type WorkerSettings } from './worker';
import { type Answer, WorkerPool } from './worker-pool';

export interface ServedModelOptions {
  readonly manifest: Manifest;
  readonly variant: Variant;
  readonly placement: Placement;
  readonly scheduling: Scheduling;
  /** Estimated memory. */
  readonly bytes: number;
  readonly queueLimit: number;
  /** The model ran once on `batch` images. */
  readonly onExecution?: (batch: number, computeMs: number) => void;
}

/** A file, an encoded image, or pixels. */
export type ImageInput = string | Buffer | RgbImage;

/** Missing thresholds come from the manifest. */
export interface DetectOptions extends Partial<Thresholds> {
  readonly signal?: AbortSignal;
  /** `fp32` even where the engine would choose int8. */
  readonly precision?: 'fp32';
  /** Also return the decoded pixels. */
  readonly keepPixels?: boolean;
  /** Not refused with QueueFullError, for callers that limit their own concurrency. */
  readonly exemptFromQueueLimit?: boolean;
}

/** A loaded model: configuration and state. */
export interface ModelStatus {
  readonly name: string;
  /** At least one instance accepts images. */
  readonly ready: boolean;
  readonly device: 'cpu' | 'cuda';
  readonly precision: Precision;
  /** Why it does not run on the better device. */
  readonly deviceReason?: string;
  readonly instances: number;
  /** Instances that accept images now; fewer while one is being replaced. */
  readonly alive: number;
  /** Images that wait for an instance. */
  readonly waiting: number;
  readonly preferredBatchSize: readonly number[];
  readonly maxQueueDelayUs: number;
  /** Estimated memory. */
  readonly bytes: number;
}

/**
 * A model on its worker threads, one ONNX Runtime session each (a run blocks its thread). The workers decode, resize,
 * run the model and decode its output; only detections come back.
 */
export class ServedModel {
  private constructor(
    private readonly options: ServedModelOptions,
    private readonly pool: WorkerPool<ImageJob, ImageResult>,
  ) {}

  /**
   * Starts the instances and waits until each has run its largest batch once.
   * @throws ModelMismatchError if the file is not the model in the manifest, PrecisionUnavailableError if an int8 variant is
   *         wrong on this CPU, DetectorUnavailableError
   */
  static async start(options: ServedModelOptions): Promise<ServedModel> {
    const { manifest, variant, placement, scheduling, queueLimit, onExecution } = options;
    const workerData: WorkerSettings = {
      manifest,
      file: variant.file,
      expected: variant.expected,
      device: placement.device,
      intraOpThreads: scheduling.intraOpThreads,
      maxBatch: maxBatchSize(scheduling),
    };
    const pool = await WorkerPool.start<ImageJob, ImageResult>({
      script: join(__dirname, 'worker.js'),
      workerData,
      size: scheduling.instances,
      batching: scheduling,
      queueLimit,
      onBatch: ([image]) => {
        if (image) onExecution?.(image.batch, image.computeMs);
      },
    });
    return new ServedModel(options, pool);
  }

  /** Accepts images: it is not closed and has live workers. */
  get open(): boolean {
    return this.pool.open;
  }

  get manifest(): Manifest {
    return this.options.manifest;
  }

  get status(): ModelStatus {
    const { manifest, variant, placement, scheduling, bytes } = this.options;
    const { device, reason } = placement;
    const { instances, preferredBatchSize, maxQueueDelayUs } = scheduling;
    const { alive, waiting } = this.pool;
    return {
      name: manifest.name,
      ready: alive > 0,
      device,
      precision: variant.precision,
      ...(reason !== undefined && { deviceReason: reason }),
      instances,
      alive,
      waiting,
      preferredBatchSize,
      maxQueueDelayUs,
      bytes,
    };
  }

  /** How many images keep it busy: each instance runs one batch and holds the next one. */
  get concurrency(): number {
    const { scheduling } = this.options;
    return 2 * scheduling.instances * maxBatchSize(scheduling);
  }

  /** @throws BadImageError, WorkerLostError, QueueFullError, DetectorUnavailableError, the signal's reason, or the file system's error */
  async detect(image: ImageInput, options: DetectOptions): Promise<Answer<ImageResult>> {
    const { defaults } = this.options.manifest;
    const { score = defaults.score, iou = defaults.iou, max = defaults.max, classes } = options;
    const { signal, exemptFromQueueLimit = false, keepPixels = false } = options;
    // Read here, not in the worker: its event loop is blocked while the model runs, so it could not read ahead.
    const { name, bytes, size } = await prepare(image);
    try {
      return await this.pool.run(
        {
          ...{ image: bytes, thresholds: { score, iou, max, ...(classes && { classes }) }, keepPixels },
          ...(size && { size }),
        },
        { transfer: [bytes.buffer as ArrayBuffer], signal, exemptFromQueueLimit },
      );
    } catch (error) {
      if (!(error instanceof BadImageError)) throw error;
      throw new BadImageError(`${name} cannot be used: ${error.message}.`, { cause: error });
    }
  }

  /**
   * Refuses waiting images and ends the worker threads. Await this before the process exits: Node aborts (SIGABRT) if it
   * has to end a thread during a run.
   */
  close(): Promise<void> {
    return this.pool.close();
  }
}

/** An image in memory that can be transferred to another thread, and its name for messages. */
async function prepare(image: ImageInput) {
  if (typeof image === 'string') return { name: `Image ${basename(image)}`, bytes: await read(image) };
  if (Buffer.isBuffer(image)) return { name: `An image of ${image.length} bytes`, bytes: copy(image) };
  const { width, height, rgb } = image;
  const bytes = copy(rgb.subarray(0, 3 * width * height));
  return { name: `An image of ${width}x${height} pixels`, bytes, size: { width, height } };
}

/** Reads a file into memory that can be transferred to another thread. */
async function read(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return bytes.length === bytes.buffer.byteLength ? bytes : copy(bytes);
}

/** `Uint8Array.from` is nine times slower: 0.2 ms for an image of 250 kB, on the thread that serves requests. */
function copy(bytes: Uint8Array): Uint8Array {
  const own = new Uint8Array(bytes.length);
  own.set(bytes);
  return own;
}
