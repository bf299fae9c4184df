import { type Manifest } from '../manifest/schema';
import { type Batching, maxBatchSize } from './batching';
import { type Device } from './device';

/** How a model is run. */
export interface Scheduling extends Batching {
  /** Concurrent sessions, one thread each. */
  readonly instances: number;
  /** Threads that share one run. */
  readonly intraOpThreads: number;
}

/**
 * One session per CPU without batches is fastest on a CPU (measured, docs/decisions/0013). A GPU needs batches, and a
 * second session that decodes while the first one runs; measure on your GPU before changing this.
 */
const defaults: Record<Device, (cpus: number) => Batching & { instances: number }> = {
  cpu: (cpus) => ({ instances: cpus, preferredBatchSize: [1], maxQueueDelayUs: 0 }),
  cuda: () => ({ instances: 2, preferredBatchSize: [8], maxQueueDelayUs: 2000 }),
};

/**
 * The settings, else the manifest, else the device's default.
 * @param cpus number of CPUs shared by all instances
 */
export function schedule(
  { instances, dynamic_batching: batching, output }: Manifest,
  device: Device,
  cpus: number,
  override: { [Key in keyof (Batching & { instances: number })]?: Scheduling[Key] | undefined } = {},
): Scheduling {
  const standard = defaults[device](cpus);
  const chosen = override.instances ?? instances ?? standard.instances;
  return {
    instances: chosen,
    intraOpThreads: Math.max(1, Math.floor(cpus / chosen)),
    // The graph of this head takes one image at a time.
    preferredBatchSize:
      output.head === 'ssd-zoo'
        ? [1]
        : (override.preferredBatchSize ?? batching?.preferred_batch_size ?? standard.preferredBatchSize),
    maxQueueDelayUs: override.maxQueueDelayUs ?? batching?.max_queue_delay_us ?? standard.maxQueueDelayUs,
  };
}

/**
 * Estimated memory of a running model: for each session 50 MB, twice its file (the weights, and a copy packed for the
 * CPU), and 24 times its float32 input for each image of the largest batch (activations).
 * Fitted to the resident memory per session after the first run, with 2 sessions and batches of 1 / 8:
 * SSDLite MobileNetV2 300 (18 MB) 109 / 303 MB, estimate 112 / 294; YOLOX-nano 416 (3.6 MB) 81 / 210, 107 / 456;
 * ResNet-10 SSD 300 (2.8 MB) 71 / 164, 82 / 263. Errs on the high side; not measured on a GPU.
 *
 * @param fileBytes size of the .onnx file
 */
export function estimateBytes({ input }: Manifest, fileBytes: number, scheduling: Scheduling): number {
  const image = 4 * 3 * input.width * input.height;
  return scheduling.instances * (50e6 + 2 * fileBytes + 24 * image * maxBatchSize(scheduling));
}
