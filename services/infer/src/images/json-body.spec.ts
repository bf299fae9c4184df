import { parseJsonBody } from './json-body';

const parse = (body: unknown) => parseJsonBody(Buffer.from(JSON.stringify(body)));
const base64 = (text: string) => Buffer.from(text).toString('base64');

it('reads one image and leaves the other fields', () => {
  expect(parse({ image: base64('one'), score: 0.3, classes: ['person', 'car'] })).toEqual({
    images: [{ originalname: 'image', buffer: Buffer.from('one') }],
    fields: { score: 0.3, classes: 'person,car' },
  });
});

it('reads several images in order, and names them', () => {
  const { images } = parse({ images: [base64('one'), base64('two')] });
  expect(images.map(({ originalname, buffer }) => [originalname, buffer.toString()])).toEqual([
    ['images[0]', 'one'],
    ['images[1]', 'two'],
  ]);
});

it.each([
  ['a data URL', `data:image/png;base64,${base64('one!')}`],
  ['base64url', Buffer.from('one!').toString('base64url')],
  ['base64 in lines', base64('one!').replace(/(.{4})/g, '$1\n')],
])('reads %s', (_, image) => {
  expect(parse({ image }).images[0]!.buffer.toString()).toBe('one!');
});

it('returns no images for a body without any', () => {
  expect(parse({ score: 0.5 })).toEqual({ images: [], fields: { score: 0.5 } });
});

it.each([
  [{ image: 'no base64!' }, /^image: expected an image in base64/],
  [{ image: '' }, /^image: expected/],
  [{ image: '==' }, /^image: expected/],
  [{ image: 'AA=A' }, /^image: expected/],
  [{ image: 7 }, /^image: expected/],
  [{ images: 'AAAA' }, /^images: expected an array/],
  [{ images: ['AAAA', null] }, /^images\[1\]: expected/],
  [{ image: 'AAAA', images: ['AAAA'] }, /not both/],
  [{ images: Array<string>(17).fill('AAAA') }, /up to 16/],
  [['AAAA'], /not a JSON object/],
  [null, /not a JSON object/],
])('rejects %j', (body, message) => {
  expect(() => parse(body)).toThrow(message);
});

it('rejects text that is not JSON', () => {
  expect(() => parseJsonBody(Buffer.from('{"image": '))).toThrow(/^The body is not JSON: /);
});

it('reads an image of the largest size', () => {
  const bytes = Buffer.alloc(25 * 1024 ** 2, 0xa5);
  const [image] = parse({ image: bytes.toString('base64') }).images;
  expect(image?.buffer.equals(bytes)).toBe(true);
});

it('refuses an image over the limit', () => {
  const image = Buffer.alloc(25 * 1024 ** 2 + 1).toString('base64');
  expect(() => parse({ image })).toThrow(expect.objectContaining({ status: 413 }) as Error);
});
