import { readListQuery } from './list.query';

it.each<[Record<string, string>, object]>([
  [{}, { limit: 50 }],
  [
    { status: 'ENQUEUE', search: 'clip', limit: '500', cursor: 'c' },
    { statuses: ['ENQUEUE'], search: 'clip', limit: 500, cursor: 'c' },
  ],
  [{ search: 'x'.repeat(200) }, { limit: 50, search: 'x'.repeat(200) }],
])('%j asks for %j', (asked, query) => {
  expect(readListQuery(asked)).toEqual(query);
});

it.each<[Record<string, unknown>, RegExp]>([
  [{ search: ['a', 'b'] }, /^search: expected once/],
  [{ status: ['ENQUEUE', 'ENQUEUE'] }, /^status: expected once/],
  [{ limit: ['1', '2'] }, /^limit: expected once/],
  [{ cursor: { a: 'b' } }, /^cursor: expected once/],
  [{ stauts: 'ENQUEUE' }, /^There is no parameter "stauts": expected status, search, limit, cursor\.$/],
  [{ 'search[]': 'a' }, /^There is no parameter "search\[\]"/],
  [{ search: 'x'.repeat(201) }, /^search: expected up to 200 characters/],
  [{ search: 'a\0' }, /^search: expected/],
  [{ status: 'done' }, /^"done" is no status/],
  [{ limit: '501' }, /^limit is "501": expected a whole number from 1 to 500/],
  [{ limit: '1.5' }, /^limit is "1.5"/],
])('%j is refused', (asked, message) => {
  expect(() => readListQuery(asked)).toThrow(message);
});
