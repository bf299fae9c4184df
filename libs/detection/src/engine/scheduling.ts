import { type Manifest } from '../manifest/schema';
import { type Batching, maxBatchSize } from './batching';
import { type Device } from './device';

/** How a model is run. */
export interface Scheduling extends Batching {
  /** Sessions side by side, each in a thread of its own. */
  readonly instances: number;
  /** Threads that share the work of one run. */
  readonly intraOpThreads: number;
}

/**
 * One session per CPU and no batches is what makes most of a CPU (measured, docs/decisions/0013). A GPU is filled by
 * batches, and by a second session that decodes while the first one runs; these are choices to be measured on the
 * GPU at hand.
 */
const defaults: Record<Device, (cpus: number) => Batching & { instances: number }> = {
  cpu: (cpus) => ({ instances: cpus, preferredBatchSize: [1], maxQueueDelayUs: 0 }),
  cuda: () => ({ instances: 2, preferredBatchSize: [8], maxQueueDelayUs: 2000 }),
};

/**
 * What the operator says, else what the manifest says, else the device's default.
 * @param cpus CPUs that all instances share
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
    // the graph of this head takes one picture at a time
    preferredBatchSize:
      output.head === 'ssd-zoo'
        ? [1]
        : (override.preferredBatchSize ?? batching?.preferred_batch_size ?? standard.preferredBatchSize),
    maxQueueDelayUs: override.maxQueueDelayUs ?? batching?.max_queue_delay_us ?? standard.maxQueueDelayUs,
  };
}

/**
 * About how much memory a model takes when it runs: for each session 50 MB, twice its file (weights as they are
 * and packed for the CPU), and 24 times its float32 input for each picture of the largest batch (activations).
 * Fitted to resident memory per session, from the first run on, measured with 2 sessions and batches of 1 / 8:
 * SSDLite MobileNetV2 300 (18 MB) 109 / 303 MB, here 112 / 294; YOLOX-nano 416 (3.6 MB) 81 / 210, here 107 / 456;
 * ResNet-10 SSD 300 (2.8 MB) 71 / 164, here 82 / 263. Rather too much than too little; not measured on a GPU.
 *
 * @param fileBytes size of the .onnx file
 */
export function estimateBytes({ input }: Manifest, fileBytes: number, scheduling: Scheduling): number {
  const picture = 4 * 3 * input.width * input.height;
  return scheduling.instances * (50e6 + 2 * fileBytes + 24 * picture * maxBatchSize(scheduling));
}
