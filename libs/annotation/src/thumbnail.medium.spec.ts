import { jpegPixels } from '../../../test/support/video';
import { GREY, blankFrame } from '../test/frames';
import { fillRectangle } from './draw';
import { objectThumbnail } from './thumbnail';

/** A grey frame of 400 by 200 pixels with a red object. */
function frame() {
  const image = blankFrame(400, 200);
  fillRectangle(image, { left: 100, top: 50, right: 300, bottom: 150 }, [220, 20, 20]);
  return image;
}

it('shows an object with some background, scaled down', () => {
  const thumbnail = jpegPixels(objectThumbnail(frame(), [0.25, 0.25, 0.75, 0.75], 120));
  expect([thumbnail.width, thumbnail.height]).toEqual([120, 70]);
  expect(thumbnail.at(60, 35)[0]).toBeGreaterThan(200);
  expect(thumbnail.at(60, 35)[1]).toBeLessThan(40);
  for (const channel of [0, 1, 2]) expect(Math.abs(thumbnail.at(2, 2)[channel]! - GREY)).toBeLessThan(12);
});

it.each([
  ['small', [0.5, 0.5, 0.51, 0.52], 4, 4],
  ['without size', [0.5, 0.5, 0.5, 0.5], 1, 1],
  ['at the edge', [0.9, 0, 1, 0.2], 44, 44],
  ['as large as the frame', [0, 0, 1, 1], 120, 60],
] as const)('shows an object that is %s', (_, box, width, height) => {
  const thumbnail = jpegPixels(objectThumbnail(frame(), box, 120));
  expect([thumbnail.width, thumbnail.height]).toEqual([width, height]);
});
