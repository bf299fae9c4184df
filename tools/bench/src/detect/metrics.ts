/** Values of metrics, summed over their labels. */
export type Metrics = Readonly<Record<string, number>>;

/** Reads the services' inference counters, and their event loop delay (the highest of them). */
export async function readMetrics(urls: readonly string[]): Promise<Metrics> {
  const metrics: Record<string, number> = {};
  for (const url of urls) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const of = parse(text);
    for (const [name, value] of Object.entries(of)) {
      if (name.startsWith('boxreel_inference')) metrics[name] = (metrics[name] ?? 0) + value;
    }
    const lag = of['nodejs_eventloop_lag_p99_seconds'] ?? NaN;
    metrics['eventloop_lag_p99_seconds'] = Math.max(metrics['eventloop_lag_p99_seconds'] ?? 0, lag);
  }
  return metrics;
}

/** Prometheus text format: `name{labels} value`, comments start with #. */
function parse(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined) values[name] = (values[name] ?? 0) + Number(value);
  }
  return values;
}
