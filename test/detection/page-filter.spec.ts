import { join } from 'node:path';
import { nms } from '../../libs/detection/src/output/nms';
import { repositoryRoot } from '../support/test-data';

interface Detection {
  readonly label: string;
  readonly classIndex: number;
  readonly score: number;
  readonly colour: string;
  readonly box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

/** A script of the image page. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- its types are those of browsers
const { applyThresholds, countClasses } = require(
  join(repositoryRoot, 'templates/static/detect-filter.js'),
) as {
  applyThresholds: (
    detections: readonly Detection[],
    thresholds: { score: number; iou: number; max: number },
  ) => Detection[];
  countClasses: (detections: readonly Detection[]) => { label: string; count: number }[];
};

/** Overlapping boxes of three classes; the same for the same seed. */
function boxes(count: number, seed: number): Detection[] {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, () => {
    const [x1, y1, classIndex] = [random() * 0.5, random() * 0.5, Math.floor(random() * 3)];
    const box = { x1, y1, x2: x1 + 0.2 + random() * 0.3, y2: y1 + 0.2 + random() * 0.3 };
    return { label: `class ${classIndex}`, classIndex, score: random(), colour: '#000000', box };
  });
}

it.each([
  { score: 0.05, iou: 1, max: 1000 },
  { score: 0.3, iou: 0.5, max: 1000 },
  { score: 0.1, iou: 0.2, max: 7 },
  { score: 0, iou: 0, max: 100 },
])('the image page keeps the same detections as the engine: %j', ({ score, iou, max }) => {
  const all = boxes(300, 7 + max);
  const strong = all.filter((detection) => detection.score > score);
  const kept = nms(
    {
      boxes: strong.flatMap(({ box }) => [box.x1, box.y1, box.x2, box.y2]),
      scores: strong.map((detection) => detection.score),
      classes: strong.map(({ classIndex }) => classIndex),
    },
    { iou, max },
  );
  const shown = applyThresholds(all, { score, iou, max });
  expect(shown.length).toBeGreaterThan(0);
  expect(shown).toEqual(kept.map((index) => strong[index]));
});

it('counts the classes, most frequent first', () => {
  const [first, second, third] = boxes(3, 1).map((detection, index) => ({
    ...detection,
    label: index === 1 ? 'car' : 'bus',
  }));
  expect(countClasses([second!, first!, third!]).map(({ label, count }) => [label, count])).toEqual([
    ['bus', 2],
    ['car', 1],
  ]);
});
