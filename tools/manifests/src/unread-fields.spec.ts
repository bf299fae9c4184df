import { unreadFields } from './unread-fields';

describe('the unread fields of an object', () => {
  const object = { a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }], h: { i: 6 } };

  it('are reported by path', () => {
    const { read, unread } = unreadFields(object);
    expect([read.a, read.b.c, ...read.e.map(({ f }) => f)]).toEqual([1, 2, 4]);
    expect(unread()).toEqual(['b.d', 'e[0].g', 'h']);
  });

  it('are empty after everything was read', () => {
    const { read, unread } = unreadFields(object);
    JSON.stringify(read);
    expect(unread()).toEqual([]);
  });
});
