import { SchemaPipe } from '#platform';
import { addressOf, isFiltered, resultsQuerySchema, toJobQuery } from './results.query';

const pipe = new SchemaPipe(resultsQuerySchema);

it.each<[Record<string, string>, object]>([
  [{}, { limit: 50 }],
  [{ status: '', search: ' ', class: '', model: '', sort: '' }, { limit: 50 }],
  [
    { class: ' cup ', model: 'm', sort: 'longest', refresh: 'off' },
    { limit: 50, label: 'cup', model: 'm', sort: 'longest' },
  ],
  [
    { status: 'failed' },
    {
      limit: 50,
      statuses: ['ENQUEUE_ERROR', 'FRAME_CONVERT_ERROR', 'INFERENCING_ERROR', 'POSTPROCESSING_ERROR'],
    },
  ],
  [{ status: 'INFERENCING' }, { limit: 50, statuses: ['INFERENCING'] }],
  [
    { search: ' a b ', cursor: 'c' },
    { limit: 50, search: 'a b', cursor: 'c' },
  ],
])('parses %j as %j', (parameters, query) => {
  expect(toJobQuery(pipe.transform(parameters))).toEqual(query);
});

it.each<[Record<string, unknown>, RegExp]>([
  [{ status: 'finished' }, /^Invalid status "finished": expected one of waiting, working, done/],
  [{ status: ['failed', 'done'] }, /^status: /],
  [{ search: ['a', 'b'] }, /^search: expected a single value/],
  [{ search: 'x'.repeat(201) }, /^search: /],
  [{ search: 'a\0' }, /^search: /],
  [{ cursor: ['a', 'b'] }, /^cursor: /],
  [{ refresh: 'on' }, /^refresh: /],
])('rejects %j', (parameters, message) => {
  expect(() => pipe.transform(parameters)).toThrow(message);
});

it('round-trips through the address', () => {
  const query = { status: 'failed', search: 'a&b=c #1', class: 'hot dog', sort: 'longest' } as const;
  const address = addressOf('/result', query);
  const parameters = Object.fromEntries(new URL(address, 'http://localhost').searchParams);
  expect(pipe.transform(parameters)).toEqual(query);
  expect(addressOf('/result', { search: '' })).toBe('/result');
});

it('knows whether the page shows only some jobs', () => {
  expect(isFiltered({ sort: 'longest', cursor: 'c' })).toBe(false);
  for (const query of [{ status: 'done' }, { search: 'a' }, { class: 'cup' }, { model: 'm' }] as const)
    expect(isFiltered(query)).toBe(true);
});
