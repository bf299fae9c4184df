import { Registry } from 'prom-client';
import type { ModelStatus } from '#detection';
import { parseMetrics } from '../../../test/support/metrics';
import { EngineMetrics } from './engine-metrics';

const status: ModelStatus = {
  name: 'a',
  ready: true,
  device: 'cpu',
  precision: 'fp32',
  instances: 2,
  alive: 1,
  waiting: 5,
  preferredBatchSize: [4],
  maxQueueDelayUs: 0,
  bytes: 1000,
};

let registry: Registry;
let metrics: EngineMetrics;
let loaded: ModelStatus[];

beforeEach(() => {
  registry = new Registry();
  metrics = new EngineMetrics(registry);
  loaded = [status];
  metrics.watch(() => loaded);
});

const samples = async () => parseMetrics(await registry.metrics());

it('counts images by model and outcome, and times successful ones', async () => {
  const times = { totalMs: 300, queueMs: 40, inputMs: 3, computeMs: 100, outputMs: 2 };
  metrics.request({ model: 'a', outcome: 'ok', ...times });
  metrics.request({ model: 'a', outcome: 'refused', totalMs: 0 });
  metrics.request({ model: 'b', outcome: 'error', totalMs: 1 });
  const seen = await samples();
  expect(seen.get('boxreel_inference_requests_total{model="a",outcome="ok"}')).toBe(1);
  expect(seen.get('boxreel_inference_requests_total{model="a",outcome="refused"}')).toBe(1);
  expect(seen.get('boxreel_inference_requests_total{model="b",outcome="error"}')).toBe(1);
  for (const [phase, seconds] of [
    ['request', 0.3],
    ['queue', 0.04],
    ['input', 0.003],
    ['compute', 0.1],
    ['output', 0.002],
  ] as const) {
    expect(seen.get(`boxreel_inference_${phase}_duration_seconds_sum{model="a"}`)).toBe(seconds);
    expect(seen.get(`boxreel_inference_${phase}_duration_seconds_count{model="a"}`)).toBe(1);
  }
  expect(seen.get('boxreel_inference_load_ratio{model="a"}')).toBe(3);
  expect(seen.has('boxreel_inference_load_ratio{model="b"}')).toBe(false);
});

it('counts model runs and the images in them separately', async () => {
  metrics.execution({ model: 'a', batch: 4, computeMs: 10 });
  metrics.execution({ model: 'a', batch: 1, computeMs: 10 });
  const seen = await samples();
  expect(seen.get('boxreel_inferences_total{model="a"}')).toBe(5);
  expect(seen.get('boxreel_inference_executions_total{model="a"}')).toBe(2);
});

it('shows loaded models only', async () => {
  const seen = await samples();
  expect(seen.get('boxreel_inference_queue_depth{model="a"}')).toBe(5);
  expect(seen.get('boxreel_model_instances{model="a",device="cpu",precision="fp32"}')).toBe(1);
  expect(seen.get('boxreel_model_memory_bytes{model="a"}')).toBe(1000);
  loaded = [];
  expect([...(await samples()).keys()].filter((name) => name.includes('model_'))).toEqual([]);
});
