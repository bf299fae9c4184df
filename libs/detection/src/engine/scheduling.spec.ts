import { join } from 'node:path';
import { repositoryRoot } from '../../../../test/support/test-data';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { estimateBytes, schedule } from './scheduling';

describe('scheduling', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await loadManifest('ssdlite-mobilenetv2', join(repositoryRoot, 'models'));
  });

  it('fills a CPU with sessions and a GPU with batches', () => {
    expect(schedule(manifest, 'cpu', 4)).toEqual({
      ...{ instances: 4, intraOpThreads: 1, preferredBatchSize: [1], maxQueueDelayUs: 0 },
    });
    expect(schedule(manifest, 'cuda', 4)).toEqual({
      ...{ instances: 2, intraOpThreads: 2, preferredBatchSize: [8], maxQueueDelayUs: 2000 },
    });
  });

  it('prefers the settings over the manifest, and the manifest over the default', () => {
    const own: Manifest = {
      ...manifest,
      instances: 3,
      dynamic_batching: { preferred_batch_size: [2, 4], max_queue_delay_us: 500 },
    };
    expect(schedule(own, 'cuda', 8)).toEqual({
      ...{ instances: 3, intraOpThreads: 2, preferredBatchSize: [2, 4], maxQueueDelayUs: 500 },
    });
    const override = { instances: 1, preferredBatchSize: [16], maxQueueDelayUs: 0 };
    expect(schedule(own, 'cuda', 8, override)).toEqual({ ...override, intraOpThreads: 8 });
  });

  it('uses one thread if there are more sessions than CPUs', () => {
    expect(schedule(manifest, 'cpu', 2, { instances: 3 })).toMatchObject({ intraOpThreads: 1 });
  });

  it('makes no batches for a graph with a batch of one', () => {
    const output = { head: 'ssd-zoo', boxes: 'bboxes', labels: 'labels', scores: 'scores' } as const;
    expect(schedule({ ...manifest, output }, 'cuda', 4, { preferredBatchSize: [8] })).toMatchObject({
      preferredBatchSize: [1],
    });
  });

  it('grows with the file, the input, the batch and the instances', () => {
    const one = schedule(manifest, 'cpu', 1);
    // 50 MB + 2 * 18 MB + 24 * 4 * 3 * 300 * 300 bytes
    expect(estimateBytes(manifest, 18e6, one)).toBe(50e6 + 36e6 + 25_920_000);
    const batched = { ...one, instances: 2, preferredBatchSize: [4, 8] };
    expect(estimateBytes(manifest, 18e6, batched)).toBe(2 * (86e6 + 8 * 25_920_000));
  });
});
