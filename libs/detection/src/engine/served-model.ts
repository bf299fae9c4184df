import 'canvas'; // before a worker does: else Node crashes when that worker ends
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BadImageError } from '../errors';
import { type Manifest } from '../manifest/schema';
import { type Thresholds } from '../output/head';
import { maxBatchSize } from './batching';
import { type Placement } from './device';
import { type PictureResult } from './model';
import { type Scheduling } from './scheduling';
import { type PictureJob, type WorkerSettings } from './worker';
import { type Answer, WorkerPool } from './worker-pool';

export interface ServedModelOptions {
  readonly manifest: Manifest;
  /** The .onnx file. */
  readonly file: string;
  readonly placement: Placement;
  readonly scheduling: Scheduling;
  /** Memory that it is reckoned to take. */
  readonly bytes: number;
  readonly queueLimit: number;
  /** A run of the model ended: one execution of `batch` inferences. */
  readonly onExecution?: (batch: number, computeMs: number) => void;
}

/** Thresholds not given are those of the manifest. */
export interface DetectOptions extends Partial<Thresholds> {
  readonly signal?: AbortSignal;
  /** Give the decoded pixels back, too. */
  readonly keepPixels?: boolean;
  /** Waits its turn however long the queue is (for callers that bound their own number); others get QueueFullError. */
  readonly patient?: boolean;
}

/** A model that is loaded, how it runs and how it is. */
export interface ModelStatus {
  readonly name: string;
  /** At least one instance takes pictures. */
  readonly ready: boolean;
  readonly device: 'cpu' | 'cuda';
  /** Why it is not the better one. */
  readonly deviceReason?: string;
  readonly instances: number;
  /** Instances that take pictures now; fewer while one is being replaced. */
  readonly alive: number;
  /** Pictures that wait for an instance. */
  readonly waiting: number;
  readonly preferredBatchSize: readonly number[];
  readonly maxQueueDelayUs: number;
  /** Memory that it is reckoned to take. */
  readonly bytes: number;
}

/**
 * A model on its worker threads, one ONNX Runtime session each (a run blocks its thread). Decoding, resizing, running
 * the model and reading its output all happen there; only the detections come back.
 */
export class ServedModel {
  private constructor(
    private readonly options: ServedModelOptions,
    private readonly pool: WorkerPool<PictureJob, PictureResult>,
  ) {}

  /**
   * Starts the instances and waits until each has run its largest batch once.
   * @throws ModelMismatchError if the file is not the model that the manifest describes, DetectorUnavailableError
   */
  static async start(options: ServedModelOptions): Promise<ServedModel> {
    const { manifest, file, placement, scheduling, queueLimit, onExecution } = options;
    const workerData: WorkerSettings = {
      manifest,
      file,
      device: placement.device,
      intraOpThreads: scheduling.intraOpThreads,
      maxBatch: maxBatchSize(scheduling),
    };
    const pool = await WorkerPool.start<PictureJob, PictureResult>({
      script: join(__dirname, 'worker.js'),
      workerData,
      size: scheduling.instances,
      batching: scheduling,
      queueLimit,
      onBatch: ([picture]) => {
        if (picture) onExecution?.(picture.batch, picture.computeMs);
      },
    });
    return new ServedModel(options, pool);
  }

  /** Can take pictures: it was not closed, and its workers could be kept alive. */
  get open(): boolean {
    return this.pool.open;
  }

  get manifest(): Manifest {
    return this.options.manifest;
  }

  get status(): ModelStatus {
    const { manifest, placement, scheduling, bytes } = this.options;
    const { device, reason } = placement;
    const { instances, preferredBatchSize, maxQueueDelayUs } = scheduling;
    const { alive, waiting } = this.pool;
    return {
      name: manifest.name,
      ready: alive > 0,
      device,
      ...(reason !== undefined && { deviceReason: reason }),
      instances,
      alive,
      waiting,
      preferredBatchSize,
      maxQueueDelayUs,
      bytes,
    };
  }

  /** Pictures that keep it busy: each instance runs one batch and holds the next one ready. */
  get concurrency(): number {
    const { scheduling } = this.options;
    return 2 * scheduling.instances * maxBatchSize(scheduling);
  }

  /** @throws BadImageError, WorkerLostError, QueueFullError, DetectorUnavailableError, the signal's reason, or the file system's error */
  async detect(image: string | Buffer, options: DetectOptions): Promise<Answer<PictureResult>> {
    const { defaults } = this.options.manifest;
    const { score = defaults.score, iou = defaults.iou, max = defaults.max, classes } = options;
    const { signal, patient = false, keepPixels = false } = options;
    const name =
      typeof image === 'string' ? `Picture ${basename(image)}` : `A picture of ${image.length} bytes`;
    // Read here and not in the worker: its loop stands still while the model runs, so it could not read ahead.
    const bytes = typeof image === 'string' ? await read(image) : copy(image);
    try {
      return await this.pool.run(
        { image: bytes, thresholds: { score, iou, max, ...(classes && { classes }) }, keepPixels },
        { transfer: [bytes.buffer as ArrayBuffer], signal, patient },
      );
    } catch (error) {
      if (!(error instanceof BadImageError)) throw error;
      throw new BadImageError(`${name} cannot be used: ${error.message}.`, { cause: error });
    }
  }

  /**
   * Refuses what waits and ends the worker threads. To be awaited before the process exits: Node aborts it
   * (SIGABRT) when it has to end a thread in the middle of a run.
   */
  close(): Promise<void> {
    return this.pool.close();
  }
}

/** The bytes of a file, in memory of their own, which can be handed to another thread. */
async function read(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return bytes.length === bytes.buffer.byteLength ? bytes : copy(bytes);
}

/** `Uint8Array.from` does the same nine times slower: 0.2 ms for a picture of 250 kB, on a thread that serves others. */
function copy(bytes: Uint8Array): Uint8Array {
  const own = new Uint8Array(bytes.length);
  own.set(bytes);
  return own;
}
