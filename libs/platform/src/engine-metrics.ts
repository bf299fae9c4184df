import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EngineObserver, ModelStatus } from '#detection';
import { LATENCY_BUCKETS } from '#telemetry';
import { LoadRatio } from './load-ratio';

type Request = Parameters<EngineObserver['request']>[0];
type Execution = Parameters<EngineObserver['execution']>[0];

/** The steps of a request, one histogram each. */
const STEPS = {
  request: ['totalMs', 'Time from the arrival of an image to its result'],
  queue: ['queueMs', 'Time from the arrival of an image to the start of its run'],
  input: ['inputMs', 'Time to decode an image and prepare the model input'],
  compute: ['computeMs', 'Time of the model run that included the image'],
  output: ['outputMs', 'Time to read the model output, including NMS'],
} as const satisfies Record<string, readonly [keyof Request, string]>;

/** Metrics of the detection engine. */
export class EngineMetrics implements EngineObserver {
  private readonly requests: Counter<'model' | 'outcome'>;
  private readonly inferences: Counter<'model'>;
  private readonly executions: Counter<'model'>;
  private readonly durations: readonly { of: (typeof STEPS)[keyof typeof STEPS][0]; seconds: Histogram }[];
  private readonly load = new Map<string, LoadRatio>();

  constructor(private readonly registry: Registry) {
    const about = { labelNames: ['model'] as const, registers: [registry] };
    this.requests = new Counter({
      name: 'boxreel_inference_requests_total',
      help: 'Images by outcome: ok, error, or refused because the queue was full',
      labelNames: ['model', 'outcome'],
      registers: [registry],
    });
    this.inferences = new Counter({
      name: 'boxreel_inferences_total',
      help: 'Images that the model has processed',
      ...about,
    });
    this.executions = new Counter({
      name: 'boxreel_inference_executions_total',
      help: 'Model runs, each with one or more images',
      ...about,
    });
    this.durations = Object.entries(STEPS).map(([phase, [of, help]]) => {
      const name = `boxreel_inference_${phase}_duration_seconds`;
      return { of, seconds: new Histogram({ name, help, buckets: LATENCY_BUCKETS, ...about }) };
    });
  }

  request(event: Request): void {
    const { model, outcome, totalMs, computeMs } = event;
    this.requests.inc({ model, outcome });
    if (outcome !== 'ok') return;
    for (const { of, seconds } of this.durations) {
      const ms = event[of];
      if (ms !== undefined) seconds.observe({ model }, ms / 1000);
    }
    if (computeMs !== undefined) this.loadOf(model).add(totalMs, computeMs);
  }

  execution({ model, batch }: Execution): void {
    this.executions.inc({ model });
    this.inferences.inc({ model }, batch);
  }

  /** Adds gauges that are read at each scrape. A model loaded in two precisions counts twice. */
  watch(status: () => readonly ModelStatus[]): void {
    this.gauge('boxreel_inference_queue_depth', 'Images waiting for the model', (gauge) => {
      for (const { name: model, waiting } of status()) gauge.inc({ model }, waiting);
    });
    this.gauge('boxreel_model_memory_bytes', 'Estimated memory of a loaded model', (gauge) => {
      for (const { name: model, bytes } of status()) gauge.inc({ model }, bytes);
    });
    this.gauge('boxreel_model_instances', 'Running instances of a loaded model', (gauge) => {
      for (const { name: model, device, precision, alive } of status()) {
        gauge.set({ model, device, precision }, alive);
      }
    });
    this.gauge(
      'boxreel_inference_load_ratio',
      'Time of requests divided by their compute time, over the last minute; near 1 without waiting',
      (gauge) => {
        for (const [model, load] of this.load) {
          if (load.value !== undefined) gauge.set({ model }, load.value);
        }
      },
    );
  }

  private gauge(name: string, help: string, fill: (gauge: Gauge) => void): void {
    new Gauge({
      name,
      help,
      labelNames: ['model', 'device', 'precision'],
      registers: [this.registry],
      collect() {
        this.reset(); // removes closed models
        fill(this);
      },
    });
  }

  private loadOf(model: string): LoadRatio {
    let load = this.load.get(model);
    if (!load) this.load.set(model, (load = new LoadRatio()));
    return load;
  }
}
