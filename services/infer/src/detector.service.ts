import { join } from 'node:path';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { InferConfig } from '#config';
import { Detector, ensureModel, loadManifest, type Detection } from '#detection';
import type { Dependency } from '#telemetry';

/** Compiled files lie in dist/services/infer/src. */
const MODELS_DIR = join(__dirname, '../../../../models');

/** The detector of this service: loaded once, kept until the service ends. */
export class DetectorService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('detector');
  private detector: Detector | undefined;

  constructor(private readonly config: InferConfig) {}

  async onModuleInit(): Promise<void> {
    const manifest = await loadManifest(this.config.MODEL, MODELS_DIR);
    const modelPath = await ensureModel(manifest, {
      cacheDir: this.config.MODEL_CACHE,
      onProgress: (line) => {
        this.logger.log(line);
      },
    });
    this.detector = await Detector.start({ manifest, modelPath, sessions: this.config.INFER_SESSIONS });
    this.logger.log(`${this.config.MODEL} is ready on ${this.config.INFER_SESSIONS} sessions`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.detector?.close();
  }

  /** Pictures worth having under way at once: each session reads the next one while it works on one. */
  get concurrency(): number {
    return this.config.INFER_SESSIONS * 2;
  }

  /** @param file a JPEG */
  async detect(file: string, signal: AbortSignal): Promise<readonly Detection[]> {
    const { SCORE_THRESHOLD: score, NMS_IOU: iou, MAX_DETECTIONS: max } = this.config;
    const { detections } = await this.running().detect(file, {
      signal,
      ...(score !== undefined && { score }),
      ...(iou !== undefined && { iou }),
      ...(max !== undefined && { max }),
    });
    return detections;
  }

  readonly dependency: Dependency = {
    name: 'detector',
    check: () =>
      this.detector?.health.ready ? Promise.resolve() : Promise.reject(new Error('no session is alive')),
  };

  private running(): Detector {
    if (!this.detector) throw new Error('the detector is not loaded yet');
    return this.detector;
  }
}
