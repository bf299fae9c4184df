import { exifOrientation } from './exif';
import { upright } from './upright';

describe('upright', () => {
  // stored as A B C over D E F
  const image = { width: 3, height: 2, rgb: Uint8Array.from(Array.from('ABCDEF', pixel).flat()) };
  function pixel(letter: string): number[] {
    const value = letter.charCodeAt(0);
    return [value, value + 1, value + 2];
  }
  it.each([
    [1, ['ABC', 'DEF']],
    [2, ['CBA', 'FED']],
    [3, ['FED', 'CBA']],
    [4, ['DEF', 'ABC']],
    [5, ['AD', 'BE', 'CF']],
    [6, ['DA', 'EB', 'FC']],
    [7, ['FC', 'EB', 'DA']],
    [8, ['CF', 'BE', 'AD']],
  ] as const)('rotates orientation %i', (orientation, rows) => {
    const turned = upright(image, orientation, new Uint8Array(18));
    expect([turned.width, turned.height]).toEqual([rows[0].length, rows.length]);
    expect([...turned.rgb]).toEqual(Array.from(rows.join(''), pixel).flat());
  });
});

describe('exifOrientation', () => {
  const entry = (tag: number, value: number) =>
    [0, tag >> 8, tag & 255, 0, 3, 0, 0, 0, 1, 0, value, 0, 0].slice(1);
  const segment = (value: number, order = 'MM') => {
    const bytes = [0, 42, 0, 0, 0, 8, 0, 2, ...entry(0x0100, 9), ...entry(0x0112, value), 0, 0, 0, 0];
    return Buffer.concat([Buffer.from(`Exif\0\0${order}`, 'latin1'), Buffer.from(bytes)]);
  };
  // the same in the other byte order
  const little = Buffer.from(
    '457869660000' + '49492a0008000000' + '0100' + '120103000100000006000000' + '00000000',
    'hex',
  );

  it('reads both byte orders', () => {
    expect(exifOrientation(segment(8))).toBe(8);
    expect(exifOrientation(little)).toBe(6);
  });

  it.each([
    ['an invalid value', segment(9)],
    ['another kind of segment', Buffer.from('http://ns.adobe.com/xap/1.0/\0')],
    ['nothing', Buffer.alloc(0)],
    ['a wrong magic number', segment(6, 'II')],
    ['a directory beyond the end', Buffer.from('457869660000' + '49492a00ffffff7f', 'hex')],
    ['a truncated directory', segment(6).subarray(0, 30)],
  ])('is undefined for %s', (_, bytes) => {
    expect(exifOrientation(bytes)).toBeUndefined();
  });
});
