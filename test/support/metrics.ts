/** A scrape, by sample as in the text: `name{label="value"}`, labels in their original order. */
export type Samples = ReadonlyMap<string, number>;

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/;

/**
 * Parses the text format of Prometheus, version 0.0.4.
 * @throws if a line is invalid, or a sample precedes the HELP and TYPE of its metric
 */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, number>();
  const described = new Set<string>();
  for (const line of text.split('\n')) {
    const [, what, metric] = /^# (HELP|TYPE) (\S+) .+$/.exec(line) ?? [];
    if (what === 'TYPE' && metric !== undefined) described.add(metric);
    if (what !== undefined || line === '') continue;
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
    const family = name.replace(/_(bucket|sum|count)$/, '');
    if (!described.has(name) && !described.has(family)) throw new Error(`not a sample of a metric: ${line}`);
    const number = value === '+Inf' ? Infinity : Number(value);
    if (samples.has(name + labels) || (Number.isNaN(number) && value !== 'Nan')) throw new Error(line);
    samples.set(name + labels, number);
  }
  return samples;
}

/** Reads `/metrics` of a service. */
export async function scrape(url: string): Promise<Samples> {
  const answer = await fetch(`${url}/metrics`);
  if (!answer.ok) throw new Error(`${url}/metrics returned ${answer.status}`);
  return parseMetrics(await answer.text());
}

/** Waits until a scrape matches. Polls, because there is no event to wait for. */
export async function scrapeUntil(url: string, wanted: (samples: Samples) => boolean): Promise<Samples> {
  for (;;) {
    const samples = await scrape(url);
    if (wanted(samples)) return samples;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
