import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EngineObserver, ModelStatus } from '#detection';
import { LATENCY_BUCKETS } from '#telemetry';
import { LoadRatio } from './load-ratio';

type Request = Parameters<EngineObserver['request']>[0];
type Execution = Parameters<EngineObserver['execution']>[0];

/** The phases of a request, each with a histogram of its own. */
const PHASES = {
  request: ['totalMs', 'From the arrival of a picture to its answer'],
  queue: ['queueMs', 'From the arrival of a picture to the start of its run'],
  input: ['inputMs', 'Decoding a picture and making the input of the model'],
  compute: ['computeMs', 'The run of the model that a picture was part of'],
  output: ['outputMs', 'Reading the output of the model, NMS included'],
} as const satisfies Record<string, readonly [keyof Request, string]>;

/** What the engine does, as metrics. */
export class EngineMetrics implements EngineObserver {
  private readonly requests: Counter<'model' | 'outcome'>;
  private readonly inferences: Counter<'model'>;
  private readonly executions: Counter<'model'>;
  private readonly durations: readonly { of: (typeof PHASES)[keyof typeof PHASES][0]; seconds: Histogram }[];
  private readonly load = new Map<string, LoadRatio>();

  constructor(private readonly registry: Registry) {
    const about = { labelNames: ['model'] as const, registers: [registry] };
    this.requests = new Counter({
      name: 'boxreel_inference_requests_total',
      help: 'Pictures by what came of them: ok, error, or refused because the queue was full',
      labelNames: ['model', 'outcome'],
      registers: [registry],
    });
    this.inferences = new Counter({
      name: 'boxreel_inferences_total',
      help: 'Pictures that the model has run on',
      ...about,
    });
    this.executions = new Counter({
      name: 'boxreel_inference_executions_total',
      help: 'Runs of the model, each of one or more pictures',
      ...about,
    });
    this.durations = Object.entries(PHASES).map(([phase, [of, help]]) => {
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

  /** Adds what holds at the moment of a scrape. */
  watch(status: () => readonly ModelStatus[]): void {
    this.gauge('boxreel_inference_queue_depth', 'Pictures that wait for the model', (gauge) => {
      for (const { name: model, waiting } of status()) gauge.set({ model }, waiting);
    });
    this.gauge('boxreel_model_memory_bytes', 'Memory that a loaded model is reckoned to take', (gauge) => {
      for (const { name: model, bytes } of status()) gauge.set({ model }, bytes);
    });
    this.gauge('boxreel_model_instances', 'Instances of a loaded model that take pictures', (gauge) => {
      for (const { name: model, device, alive } of status()) gauge.set({ model, device }, alive);
    });
    this.gauge(
      'boxreel_inference_load_ratio',
      'Time of requests divided by the compute time they got, over the last minute; near 1 while nobody waits',
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
      labelNames: ['model', 'device'],
      registers: [this.registry],
      collect() {
        this.reset(); // a model that was closed must not linger
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
