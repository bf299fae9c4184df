import { createHash } from 'node:crypto';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { cpuLimit, type InferConfig } from '#config';
import {
  BadImageError,
  type Detection,
  DetectionError,
  Engine,
  type EngineObserver,
  type Manifest,
} from '#detection';
import type { JobOptions } from '#jobs';
import { ExplainedError } from '#stage';
import type { Dependency } from '#telemetry';
import { classIndices } from './class-indices';

/** Looking at the frames of one job. */
export interface Look {
  /** Frames worth having under way at once. */
  readonly concurrency: number;
  /** All that the detections depend on besides the frames; undefined for a model whose content no hash vouches for. */
  readonly basis: string | undefined;
  /** @param file a picture. @throws ExplainedError, also where the model is not the same any more */
  readonly at: (file: string) => Promise<readonly Detection[]>;
}

/** The detection engine of this service, with its default model loaded before the service is ready. */
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
   * Gets ready to look at the frames of a job: loads its model, if need be.
   * @param options none for the defaults
   * @throws ExplainedError where the model cannot be used
   */
  async prepare(options: JobOptions | undefined, signal: AbortSignal): Promise<Look> {
    const { MODEL, SCORE_THRESHOLD, NMS_IOU: iou, MAX_DETECTIONS: max } = this.config;
    const model = options?.model ?? MODEL;
    const score = options?.score ?? SCORE_THRESHOLD;
    const manifest = await explained(this.engine.load(model, signal));
    const { labels } = manifest;
    const chosen = options?.classes ?? [];
    const strangers = chosen.filter((label) => !labels.some(({ name }) => name === label));
    if (strangers.length > 0) throw changedSince(model, strangers);
    const classes = chosen.length > 0 ? classIndices(chosen, labels) : undefined;
    const detectOptions = {
      signal,
      patient: true,
      ...(score !== undefined && { score }),
      ...(iou !== undefined && { iou }),
      ...(max !== undefined && { max }),
      ...(classes && { classes }),
    };
    return {
      concurrency: this.engine.concurrency(model),
      basis: this.basisOf(manifest, { score, iou, max, classes }),
      at: async (file) => {
        const found = await explained(this.engine.detect(model, file, detectOptions));
        if (found.manifest !== manifest) throw changedMeanwhile(model);
        return found.detections;
      },
    };
  }

  private basisOf(manifest: Manifest, thresholds: object): string | undefined {
    const { name, sha256, input, output, labels, defaults } = manifest;
    const device = this.engine.status.find((status) => status.name === name)?.device;
    if (sha256 === undefined || device === undefined) return undefined;
    return hash(JSON.stringify({ sha256, input, output, labels, defaults, device, thresholds }));
  }

  /** There once the default model has run; missing when no loaded model has an instance alive. */
  readonly dependency: Dependency = {
    name: 'detector',
    check: () => {
      const { status } = this.engine;
      const missing = !this.loaded
        ? 'the model is not loaded yet'
        : status.length > 0 && !status.some(({ ready }) => ready) && 'no instance is alive';
      return missing ? Promise.reject(new Error(missing)) : Promise.resolve();
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The upload refuses labels that a model does not know, so this one has been changed. */
function changedSince(model: string, strangers: readonly string[]): ExplainedError {
  const names = strangers.map((label) => `"${label}"`).join(', ');
  const message = `Model ${model} was changed after the upload and no longer knows ${names}; please submit the video again.`;
  return new ExplainedError('UNKNOWN_CLASS', message);
}

/** The model's files were edited during the job: the next attempt runs detection on every frame with the new model. */
function changedMeanwhile(model: string): ExplainedError {
  return new ExplainedError('MODEL_CHANGED', `Model ${model} was changed while the job was running.`);
}

/** Lets the user read the reasons that the engine knows. An image here is a frame that we made, not the user's input. */
async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DetectionError)) throw error;
    const { code, message, fault } = error;
    const ours = error instanceof BadImageError;
    throw new ExplainedError(code, message, { fault: ours ? 'system' : fault, cause: error });
  }
}
