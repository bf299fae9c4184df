import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { cpuLimit, type InferConfig } from '#config';
import { type Detection, Engine, type EngineObserver } from '#detection';
import type { Dependency } from '#telemetry';

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

  /** Pictures worth having under way at once for one job. */
  get concurrency(): number {
    return this.engine.concurrency(this.config.MODEL);
  }

  /** @param file a picture */
  async detect(file: string, signal: AbortSignal): Promise<readonly Detection[]> {
    const { MODEL, SCORE_THRESHOLD: score, NMS_IOU: iou, MAX_DETECTIONS: max } = this.config;
    const { detections } = await this.engine.detect(MODEL, file, {
      signal,
      patient: true,
      ...(score !== undefined && { score }),
      ...(iou !== undefined && { iou }),
      ...(max !== undefined && { max }),
    });
    return detections;
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
