import { createHash } from 'node:crypto';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { cpuLimit, type InferConfig } from '#config';
import {
  BadImageError,
  type Detection,
  DetectionError,
  Engine,
  type EngineObserver,
  type ImageSize,
  type Manifest,
  type Precision,
  type RgbImage,
  decodingSize,
} from '#detection';
import type { JobOptions } from '#jobs';
import { ExplainedError } from '#stage';
import type { Dependency } from '#telemetry';
import { classIndices } from './class-indices';

/** The detections of one frame, best first. */
interface FoundObjects {
  /** Above the job's score threshold. */
  readonly detections: readonly Detection[];
  /** The others above SCORE_FLOOR. */
  readonly low: readonly Detection[];
}

/** Detects objects on the frames of one job. */
export interface FrameDetector {
  /** Useful number of concurrent detections. */
  readonly concurrency: number;
  /** Everything but the frames that detections depend on; undefined if no hash identifies the model. */
  readonly basis: string | undefined;
  /** Of all its detections. */
  readonly precision: Precision;
  /** The size at which to decode frames of a video. */
  readonly decodingSize: (video: ImageSize) => ImageSize;
  /** @param image a file, or pixels. @throws ExplainedError, also if the model has changed */
  readonly detect: (image: string | RgbImage) => Promise<FoundObjects>;
}

/** The detection engine of this service. Loads the default model before the service is ready. */
export class EngineService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('engine');
  readonly engine: Engine;
  private loaded = false;

  constructor(
    private readonly config: InferConfig,
    observer: EngineObserver,
  ) {
    const { INFER_INSTANCES, PREFERRED_BATCH_SIZE, MAX_QUEUE_DELAY_US } = config;
    this.engine = new Engine({
      modelsDir: config.MODELS_DIR,
      cacheDir: config.MODEL_CACHE,
      device: config.INFER_DEVICE,
      precision: config.PRECISION,
      cpus: cpuLimit(),
      memoryBytes: config.MODEL_MEMORY_MB * 1e6,
      queueLimit: config.INFER_QUEUE_LIMIT,
      ...(INFER_INSTANCES !== undefined && { instances: INFER_INSTANCES }),
      ...(PREFERRED_BATCH_SIZE !== undefined && { preferredBatchSize: PREFERRED_BATCH_SIZE }),
      ...(MAX_QUEUE_DELAY_US !== undefined && { maxQueueDelayUs: MAX_QUEUE_DELAY_US }),
      observer,
      onProgress: (line) => {
        this.logger.log(line);
      },
    });
  }

  async onModuleInit(): Promise<void> {
    await this.engine.load(this.config.MODEL);
    this.loaded = true;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.close();
  }

  /**
   * Prepares detection on the frames of a job; loads its model if necessary.
   * @param options undefined for the defaults
   * @param wanted precision of an earlier attempt. fp32 always works; int8 may not work here
   * @throws ExplainedError if the model cannot be used
   */
  async prepare(
    options: JobOptions | undefined,
    signal: AbortSignal,
    wanted?: Precision,
  ): Promise<FrameDetector> {
    const { MODEL, SCORE_THRESHOLD, SCORE_FLOOR, NMS_IOU: iou, MAX_DETECTIONS: max } = this.config;
    const model = options?.model ?? MODEL;
    const loaded = await explained(this.engine.open(model, { signal }));
    const other = wanted === 'fp32' && loaded.precision !== wanted ? wanted : undefined;
    const variant = { ...(other && { precision: other }) };
    const { manifest, precision } = other
      ? await explained(this.engine.open(model, { signal, ...variant }))
      : loaded;
    const threshold = options?.score ?? SCORE_THRESHOLD ?? manifest.defaults.score;
    const score = Math.min(threshold, SCORE_FLOOR);
    const { labels } = manifest;
    const chosen = options?.classes ?? [];
    const unknown = chosen.filter((label) => !labels.some(({ name }) => name === label));
    if (unknown.length > 0) throw classesRemoved(model, unknown);
    const classes = chosen.length > 0 ? classIndices(chosen, labels) : undefined;
    const detectOptions = {
      signal,
      exemptFromQueueLimit: true,
      score,
      ...variant,
      ...(iou !== undefined && { iou }),
      ...(max !== undefined && { max }),
      ...(classes && { classes }),
    };
    return {
      precision,
      concurrency: this.engine.concurrency(model, other),
      basis: this.basisOf(manifest, precision, { threshold, score, iou, max, classes }),
      decodingSize: (video) => decodingSize(manifest.input, video),
      detect: async (image) => {
        const result = await explained(this.engine.detect(model, image, detectOptions));
        if (result.manifest !== manifest || result.precision !== precision) throw modelChanged(model);
        return splitAt(threshold, result.detections);
      },
    };
  }

  private basisOf(manifest: Manifest, precision: Precision, thresholds: object): string | undefined {
    const { name, sha256, input, extraInputs, output, labels, defaults } = manifest;
    const device = this.engine.status.find((status) => status.name === name)?.device;
    if (sha256 === undefined || device === undefined) return undefined;
    const model = { sha256, input, extraInputs, output, labels, defaults };
    return hash(JSON.stringify({ ...model, device, precision, thresholds }));
  }

  /** Ready once the default model is loaded, as long as any loaded model has a running instance. */
  readonly dependency: Dependency = {
    name: 'detector',
    check: () => {
      const { status } = this.engine;
      const missing = !this.loaded
        ? 'the model is not loaded yet'
        : status.length > 0 && !status.some(({ ready }) => ready) && 'no instance is running';
      return missing ? Promise.reject(new Error(missing)) : Promise.resolve();
    },
  };
}

/** @param found best first */
function splitAt(threshold: number, found: readonly Detection[]): FoundObjects {
  const first = found.findIndex(({ score }) => !(score > threshold));
  const end = first < 0 ? found.length : first;
  return { detections: found.slice(0, end), low: found.slice(end) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Uploads with unknown labels are refused, so the model has changed since. */
function classesRemoved(model: string, unknown: readonly string[]): ExplainedError {
  const names = unknown.map((label) => `"${label}"`).join(', ');
  const message = `Model ${model} was changed after the upload and no longer detects ${names}. Submit the video again.`;
  return new ExplainedError('UNKNOWN_CLASS', message);
}

/** The model's files were edited during the job: the next attempt runs detection on every frame with the new model. */
function modelChanged(model: string): ExplainedError {
  return new ExplainedError('MODEL_CHANGED', `Model ${model} was changed while the job was running.`);
}

/** Translates engine errors for the user. A bad image is a system fault here: preprocess wrote the frame. */
async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DetectionError)) throw error;
    const { code, message, fault } = error;
    const badFrame = error instanceof BadImageError;
    throw new ExplainedError(code, message, { fault: badFrame ? 'system' : fault, cause: error });
  }
}
