import { fit } from './fit';

const ratio = (num: number, den: number) => ({ num, den });

describe('fit', () => {
  it.each([
    ['leaves what fits as it is, odd sizes too', 321, 241, ratio(1, 1), '321x241'],
    ['leaves pixels that are square but for a rounding', 321, 241, ratio(964, 963), '321x241'],
    ['keeps to the shorter side', 1920, 1080, ratio(1, 1), '1280x720'],
    ['keeps to the shorter side of an upright picture', 1080, 1920, ratio(1, 1), '720x1280'],
    ['keeps to the longer side', 8000, 400, ratio(1, 1), '4096x204'],
    ['makes wide pixels square (PAL, 4:3)', 720, 576, ratio(16, 15), '720x540'],
    ['makes narrow pixels square', 720, 480, ratio(8, 9), '640x480'],
    ['does both at once', 1440, 1080, ratio(4, 3), '1280x720'],
    ['never comes to nothing', 640, 480, ratio(1, 100_000), '2x480'],
  ])('%s', (_, width, height, sampleAspectRatio, size) => {
    const fitted = fit({ width, height, sampleAspectRatio }, { short: 720, long: 4096 });
    expect(`${fitted.width}x${fitted.height}`).toBe(size);
  });

  it('takes pixels for square where nothing is said', () => {
    expect(fit({ width: 640, height: 480 }, { long: 320 })).toEqual({ width: 320, height: 240 });
  });
});
