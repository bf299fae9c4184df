import { overlayOf } from './overlay';

const image = { name: 'street.jpg', width: 1000, height: 600 };
const detection = (label: string, [x1, y1, x2, y2]: [number, number, number, number]) => ({
  ...{ label, classIndex: 0, score: 0.876, colour: '#d83b01' },
  box: { x1: x1 / 1000, y1: y1 / 600, x2: x2 / 1000, y2: y2 / 600 },
  pixels: { x1, y1, x2, y2 },
});

it('draws boxes in the colours of their classes, the best one on top', () => {
  const detections = [detection('person', [100, 200, 300, 500]), detection('car', [0, 0, 50, 60])];
  const { width, height, boxes } = overlayOf({ image, detections });
  expect({ width, height }).toEqual({ width: 1000, height: 600 });
  expect(boxes).toMatchObject([
    { x: 0, y: 0, width: 50, height: 60, tag: { text: 'car 0.88' } },
    { x: 100, y: 200, width: 200, height: 300, colour: '#d83b01', tag: { text: 'person 0.88' } },
  ]);
});

it('keeps labels within the image: above a box, or inside it at the top edge', () => {
  const detections = [detection('person', [100, 200, 300, 500]), detection('person', [990, 5, 1000, 60])];
  const { boxes, tagHeight } = overlayOf({ image, detections });
  const [edge, middle] = boxes;
  expect(middle?.tag?.top).toBe(200 - tagHeight);
  expect(edge?.tag?.top).toBe(5);
  expect(edge!.tag!.left + edge!.tag!.width).toBeLessThanOrEqual(1000);
});

it('labels only the best of many boxes', () => {
  const detections = Array.from({ length: 30 }, () => detection('person', [100, 200, 300, 500]));
  const { boxes } = overlayOf({ image, detections });
  expect(boxes.map(({ tag }) => tag !== undefined)).toEqual([
    ...Array<boolean>(5).fill(false),
    ...Array<boolean>(25).fill(true),
  ]);
});
