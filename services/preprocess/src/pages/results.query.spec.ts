import { SchemaPipe } from '#platform';
import { addressOf, resultsQuerySchema, toJobQuery } from './results.query';

const pipe = new SchemaPipe(resultsQuerySchema);

it.each<[Record<string, string>, object]>([
  [{}, { limit: 50 }],
  [{ status: '', search: ' ' }, { limit: 50 }],
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
  [{ status: 'finished' }, /^status: expected one of waiting, working, done/],
  [{ status: ['failed', 'done'] }, /^status: /],
  [{ search: ['a', 'b'] }, /^search: expected a single value/],
  [{ search: 'x'.repeat(201) }, /^search: /],
  [{ search: 'a\0' }, /^search: /],
  [{ cursor: ['a', 'b'] }, /^cursor: /],
])('rejects %j', (parameters, message) => {
  expect(() => pipe.transform(parameters)).toThrow(message);
});

it('round-trips through the address', () => {
  const query = { status: 'failed', search: 'a&b=c #1', cursor: undefined } as const;
  const address = addressOf('/result', query);
  const parameters = Object.fromEntries(new URL(address, 'http://localhost').searchParams);
  expect(pipe.transform(parameters)).toEqual(query);
  expect(addressOf('/result', { status: '', search: '' })).toBe('/result');
});
