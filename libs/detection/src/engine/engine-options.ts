import { type PrecisionChoice } from '../int8/precision';
import { type DeviceChoice } from './device';

export interface EngineOptions {
  /** Folder of the manifests. */
  readonly modelsDir: string;
  /** Folder of downloaded models. */
  readonly cacheDir: string;
  readonly device: DeviceChoice;
  /** Default fp32. */
  readonly precision?: PrecisionChoice;
  /** Whether this CPU gains from int8; default: read from the system. */
  readonly cpuGains?: boolean;
  /** Number of CPUs that this process may use. */
  readonly cpus: number;
  /** Limit of the estimated memory of all loaded models. */
  readonly memoryBytes: number;
  /** Maximum number of waiting images per model; some callers are exempt. */
  readonly queueLimit: number;
  /** Overrides of the manifests and the device's defaults: */
  readonly instances?: number;
  readonly preferredBatchSize?: readonly number[];
  readonly maxQueueDelayUs?: number;
  /** Called with progress messages, a sentence each. */
  readonly onProgress?: (message: string) => void;
  readonly observer?: EngineObserver;
}

/** Receives events for metrics. Times in milliseconds. */
export interface EngineObserver {
  /** An image was answered (`ok`), refused because the queue is full, or failed. Not called for aborted ones. */
  request(event: {
    readonly model: string;
    readonly outcome: 'ok' | 'error' | 'refused';
    readonly totalMs: number;
    readonly queueMs?: number;
    readonly inputMs?: number;
    readonly computeMs?: number;
    readonly outputMs?: number;
  }): void;
  /** The model ran once on `batch` images. */
  execution(event: { readonly model: string; readonly batch: number; readonly computeMs: number }): void;
}
