import { fit } from './fit';

const ratio = (num: number, den: number) => ({ num, den });

describe('fit', () => {
  it.each([
    ['keeps a size that fits, even an odd one', 321, 241, ratio(1, 1), '321x241'],
    ['keeps pixels that are square up to rounding', 321, 241, ratio(964, 963), '321x241'],
    ['limits the shorter side', 1920, 1080, ratio(1, 1), '1280x720'],
    ['limits the shorter side of a portrait frame', 1080, 1920, ratio(1, 1), '720x1280'],
    ['limits the longer side', 8000, 400, ratio(1, 1), '4096x204'],
    ['makes wide pixels square (PAL, 4:3)', 720, 576, ratio(16, 15), '720x540'],
    ['makes narrow pixels square', 720, 480, ratio(8, 9), '640x480'],
    ['scales and makes pixels square', 1440, 1080, ratio(4, 3), '1280x720'],
    ['returns at least two pixels per side', 640, 480, ratio(1, 100_000), '2x480'],
  ])('%s', (_, width, height, sampleAspectRatio, size) => {
    const fitted = fit({ width, height, sampleAspectRatio }, { short: 720, long: 4096 });
    expect(`${fitted.width}x${fitted.height}`).toBe(size);
  });

  it('assumes square pixels by default', () => {
    expect(fit({ width: 640, height: 480 }, { long: 320 })).toEqual({ width: 320, height: 240 });
  });
});
