import { metricNames } from './monitoring';

describe('the time series of a PromQL expression', () => {
  it.each([
    ['process_resident_memory_bytes', ['process_resident_memory_bytes']],
    ['max by (stage) (backlog{namespace=~"$namespace"})', ['backlog']],
    [
      'sum(rate(done_total{a="b", c=~"d|e"}[5m])) by (stage) / ignoring(stage) sum(all_total)',
      ['done_total', 'all_total'],
    ],
    ['histogram_quantile(0.95, sum by (le) (rate(x_bucket[$__rate_interval])))', ['x_bucket']],
    ['up and on (pod) down or 1', ['up', 'down']],
  ])('are found in %s', (expression, names) => {
    expect(metricNames(expression)).toEqual(names);
  });
});
