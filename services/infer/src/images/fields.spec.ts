import { parseAnnotate, parseForm } from './fields';

it('reads every field', () => {
  const body = { model: ' m ', score: '0.3', iou: '.5', max: '7', classes: 'person, traffic light' };
  expect(parseForm(body)).toEqual({
    fields: { model: 'm', score: 0.3, iou: 0.5, max: 7, classes: ['person', 'traffic light'] },
    errors: [],
  });
});

it.each([undefined, {}, { model: '', score: ' ', iou: '', max: '', classes: '' }])(
  'reads %j as no fields',
  (body) => {
    expect(parseForm(body)).toEqual({ fields: {}, errors: [] });
  },
);

it.each([
  [{ score: '1.01' }, /^score: "1.01" is not a number from 0 to 1$/],
  [{ score: '-0.1' }, /score/],
  [{ score: '0x1' }, /score/],
  [{ score: 'NaN' }, /score/],
  [{ iou: '0,5' }, /^iou: "0,5" is not a number/],
  [{ max: '0' }, /^max: "0" is not a whole number from 1 to 1000$/],
  [{ max: '1001' }, /max/],
  [{ max: '2.5' }, /max/],
  [{ classes: ' , ' }, /^classes: expected at least one label$/],
  [{ score: ['0.1', '0.2'] }, /^score: expected a single text value/],
  [{ model: { x: 'y' } }, /^model: expected a single text value/],
  [{ annotate: '1' }, /^annotate: send it as query parameter: \?annotate=1$/],
  [{ scores: '1' }, /^Unknown field "scores" \(did you mean "score"\?\): expected/],
  [{ threshold: '1' }, /^Unknown field "threshold": expected model, score, iou, max, classes$/],
])('rejects %j', (body, sentence) => {
  expect(parseForm(body).errors).toEqual([expect.stringMatching(sentence)]);
});

it('returns all errors together with the valid fields', () => {
  expect(parseForm({ score: '2', max: 'many', iou: '.5', classes: 'person' })).toEqual({
    fields: { iou: 0.5, classes: ['person'] },
    errors: [expect.stringMatching(/^score: /), expect.stringMatching(/^max: /)],
  });
});

describe('parseAnnotate', () => {
  it.each([
    [{}, false],
    [{ annotate: '0' }, false],
    [{ annotate: '1' }, true],
  ])('reads %j as %s', (query, annotate) => {
    expect(parseAnnotate(query)).toBe(annotate);
  });

  it('rejects other values', () => {
    expect(() => parseAnnotate({ annotate: 'yes' })).toThrow('annotate: expected 1 or 0.');
  });

  it('rejects form fields in the query, where they would be ignored', () => {
    expect(() => parseAnnotate({ score: '0.3' })).toThrow(/Unknown query parameter "score"/);
  });
});
