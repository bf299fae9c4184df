import { listQuerySchema } from '#contract';
import { SchemaPipe } from '#platform';
import { toJobQuery } from './list.query';

const pipe = new SchemaPipe(listQuerySchema);

it.each<[Record<string, string>, object]>([
  [{}, { limit: 50 }],
  [
    { status: 'ENQUEUE', search: 'clip', limit: '500', cursor: 'c' },
    { statuses: ['ENQUEUE'], search: 'clip', limit: 500, cursor: 'c' },
  ],
  [
    { status: 'done', class: 'person', model: 'yolox-nano', sort: 'detections' },
    {
      ...{ limit: 50, label: 'person', model: 'yolox-nano', sort: 'detections' },
      statuses: ['POSTPROCESSING_COMPLETE'],
    },
  ],
  [{ search: 'x'.repeat(200) }, { limit: 50, search: 'x'.repeat(200) }],
])('parses %j as %j', (parameters, query) => {
  expect(toJobQuery(pipe.transform(parameters))).toEqual(query);
});

it.each<[Record<string, unknown>, RegExp]>([
  [{ search: ['a', 'b'] }, /^search: expected a single value/],
  [{ status: ['ENQUEUE', 'ENQUEUE'] }, /^status: expected a single value/],
  [{ limit: ['1', '2'] }, /^limit: expected a single value/],
  [{ cursor: { a: 'b' } }, /^cursor: expected a single value/],
  [
    { stauts: 'ENQUEUE' },
    /^Unknown parameter "stauts": expected status, search, class, model, sort, limit, cursor\.$/,
  ],
  [{ 'search[]': 'a' }, /^Unknown parameter "search\[\]"/],
  [{ search: 'x'.repeat(201) }, /^search: expected up to 200 characters/],
  [{ search: 'a\0' }, /^search: expected/],
  [{ status: 'finished' }, /^Invalid status "finished": expected one of waiting, .*, or a STATUS/],
  [{ sort: 'largest' }, /^Invalid sort "largest": expected one of newest, oldest, longest, detections\.$/],
  [{ class: '' }, /^class: expected up to 200 characters/],
  [{ model: ['a', 'b'] }, /^model: expected a single value/],
  [{ limit: '501' }, /^Invalid limit "501": expected a whole number from 1 to 500/],
  [{ limit: '1.5' }, /^Invalid limit "1.5"/],
  [{ limit: '' }, /^Invalid limit ""/],
  [{ limit: '0x10' }, /^Invalid limit "0x10"/],
  [{ limit: '0', status: 'x' }, /^Invalid status "x": .*; Invalid limit "0": .*\.$/],
])('rejects %j', (parameters, message) => {
  expect(() => pipe.transform(parameters)).toThrow(message);
});
