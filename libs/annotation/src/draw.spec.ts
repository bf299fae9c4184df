import { copySprite, drawLine, drawOutline, fillRectangle, type RgbImage } from './draw';

const blank = (width: number, height: number, value = 0): RgbImage => ({
  data: Buffer.alloc(width * height * 3, value),
  width,
  height,
});

/** The image as text: `.` for black, `x` for the drawing colour. */
function show({ data, width, height }: RgbImage): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [red, green, blue] = data.subarray((y * width + x) * 3);
      return red === 1 && green === 2 && blue === 3 ? 'x' : red || green || blue ? '?' : '.';
    }).join(''),
  );
}

describe('drawing', () => {
  it('draws an outline only inside its rectangle', () => {
    const image = blank(10, 8);
    drawOutline(image, { left: 1, top: 1, right: 8, bottom: 7 }, 2, [1, 2, 3]);
    expect(show(image)).toEqual([
      '..........',
      '.xxxxxxx..',
      '.xxxxxxx..',
      '.xx...xx..',
      '.xx...xx..',
      '.xxxxxxx..',
      '.xxxxxxx..',
      '..........',
    ]);
  });

  it('draws lines in every direction, clipped to the image', () => {
    const image = blank(8, 5);
    drawLine(image, { x: 1, y: 1 }, { x: 5, y: 3 }, 1, [1, 2, 3]);
    drawLine(image, { x: 7, y: 9 }, { x: 7, y: -9 }, 1, [1, 2, 3]);
    expect(show(image)).toEqual(['.......x', '.x.....x', '..xx...x', '....xx.x', '.......x']);
  });

  it('draws a point as a square', () => {
    const image = blank(6, 4);
    drawLine(image, { x: 2, y: 2 }, { x: 2, y: 2 }, 2, [1, 2, 3]);
    expect(show(image)).toEqual(['......', '.xx...', '.xx...', '......']);
  });

  it('fills a rectangle smaller than the line', () => {
    const image = blank(4, 3);
    drawOutline(image, { left: 1, top: 1, right: 2, bottom: 2 }, 2, [1, 2, 3]);
    expect(show(image)).toEqual(['....', '.x..', '....']);
  });

  it('clips to the image', () => {
    const image = blank(4, 3);
    fillRectangle(image, { left: -5, top: 1, right: 2, bottom: 9 }, [1, 2, 3]);
    fillRectangle(image, { left: 7, top: 0, right: 9, bottom: 3 }, [1, 2, 3]);
    expect(show(image)).toEqual(['....', 'xx..', 'xx..']);
  });

  it('copies a sprite to its position', () => {
    const image = blank(5, 4);
    const sprite = { data: Buffer.from([1, 2, 3, 1, 2, 3, 1, 2, 3, 0, 0, 0]), width: 2, height: 2 };
    copySprite(image, sprite, 3, 1);
    expect(show(image)).toEqual(['.....', '...xx', '...x.', '.....']);
  });
});
