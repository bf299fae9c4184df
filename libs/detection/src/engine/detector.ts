import 'canvas'; // the workers use it, which crashes them at their end where this thread has not loaded it before
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadImage } from '../errors';
import { type Manifest } from '../manifest/schema';
import { type Thresholds } from '../output/head';
import { type PictureResult } from './model';
import { type PictureJob, type WorkerSettings } from './worker';
import { WorkerPool } from './worker-pool';

export interface DetectorOptions {
  readonly manifest: Manifest;
  /** The model's .onnx file, as `ensureModel` gives it. */
  readonly modelPath: string;
  /** Pictures that are looked at at once, each by a thread of its own: the number of cores is a good choice. */
  readonly sessions: number;
  /** Threads that share the work of one picture, default 1; pays only where sessions are fewer than cores. */
  readonly intraOpThreads?: number;
  /** Pictures that may wait for a session, default 256; beyond that `detect` throws QueueFull. */
  readonly queueLimit?: number;
}

/** Thresholds not given are those of the manifest. */
export interface DetectOptions extends Partial<Thresholds> {
  readonly signal?: AbortSignal;
}

export interface DetectorHealth {
  /** At least one session takes pictures. */
  readonly ready: boolean;
  /** Sessions that take pictures now; fewer than were asked for while one is being replaced. */
  readonly sessions: number;
  /** Pictures that wait for a session. */
  readonly waiting: number;
}

/**
 * Finds objects in JPEG pictures. Decoding, resizing, running the model and reading its output all happen
 * in worker threads, one ONNX Runtime session each (a run blocks its thread); only the detections come back.
 */
export class Detector {
  private constructor(
    private readonly manifest: Manifest,
    private readonly pool: WorkerPool<PictureJob, PictureResult>,
  ) {}

  /**
   * Starts the sessions and waits until each has run once.
   * @throws ModelMismatch if the file is not the model that the manifest describes, DetectorUnavailable
   */
  static async start(options: DetectorOptions): Promise<Detector> {
    const { manifest, modelPath, sessions, intraOpThreads = 1, queueLimit = 256 } = options;
    if (!(sessions >= 1)) throw new RangeError(`A detector needs at least one session, not ${sessions}.`);
    const settings: WorkerSettings = { manifest, modelPath, intraOpThreads };
    const pool = await WorkerPool.start<PictureJob, PictureResult>({
      script: join(__dirname, 'worker.js'),
      workerData: settings,
      size: sessions,
      queueLimit,
    });
    return new Detector(manifest, pool);
  }

  /**
   * @param image path of a JPEG file, or its bytes (which are copied)
   * @returns what was found
   * @throws BadImage, WorkerLost (may be tried again), QueueFull, DetectorUnavailable, the signal's reason,
   *         or the file system's error
   */
  async detect(image: string | Buffer, options: DetectOptions = {}): Promise<PictureResult> {
    const { defaults } = this.manifest;
    const { score = defaults.score, iou = defaults.iou, max = defaults.max, signal } = options;
    const name = typeof image === 'string' ? `Picture ${image}` : `A picture of ${image.length} bytes`;
    signal?.throwIfAborted();
    // one signal stands for a whole job: as many pictures as the queue holds may listen to it
    if (signal) setMaxListeners(0, signal);
    try {
      // Read here and not in the worker: its loop stands still while the model runs, so it could not read ahead.
      const jpeg = typeof image === 'string' ? await read(image) : Uint8Array.from(image);
      return await this.pool.run(
        { jpeg, thresholds: { score, iou, max } },
        { transfer: [jpeg.buffer as ArrayBuffer], signal },
      );
    } catch (error) {
      if (!(error instanceof BadImage)) throw error;
      throw new BadImage(`${name} cannot be used: ${error.message}.`, { cause: error });
    }
  }

  get health(): DetectorHealth {
    const sessions = this.pool.alive;
    return { ready: sessions > 0, sessions, waiting: this.pool.waiting };
  }

  /**
   * Refuses what waits and ends the worker threads. To be awaited before the process exits: Node aborts it
   * (SIGABRT) when it has to end a thread in the middle of a run.
   */
  async close(): Promise<void> {
    await this.pool.close();
  }
}

/** The bytes of a file, in memory of their own, which can be handed to another thread. */
async function read(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
}
