import type { Graph } from '../graph';
import { type Family, type Guess, imageInput, isBoxes, PER_255, classesIn } from './family';

/** TensorFlow Object Detection API, EfficientDet included. */
export const tensorflow: Family = ({ outputs }) => {
  const named = (name: RegExp) => outputs.find((value) => name.test(value.name));
  const boxes = named(/^(?!.*raw).*detection_boxes/);
  const labels = named(/detection_classes/);
  const scores = named(/^(?!.*(raw|multiclass)).*detection_scores/);
  const count = named(/num_detections/);
  const usual = { input: { antialias: false }, size: 640 };
  if (boxes && labels && scores) {
    const output = {
      ...{ head: 'boxes+labels+scores', boxes: boxes.name, labels: labels.name, scores: scores.name },
      ...(count && { count: count.name }),
      ...{ order: 'yxyx', units: 'fractions', firstLabel: 1 },
    };
    return [{ ...usual, family: 'TensorFlow Object Detection API', output, labels: 'coco90' }];
  }
  const [raw, all] = [named(/raw_detection_boxes/), named(/raw_detection_scores/)];
  if (!raw || !all) return [];
  const output = { head: 'boxes+scores', boxes: raw.name, scores: all.name, order: 'yxyx' };
  const family = 'TensorFlow Object Detection API, raw boxes';
  return [{ ...usual, family, output, classes: classesIn(all.shape[2], 0) }];
};

/** torchvision, and other graphs with a box, a label and a score per detection. */
export const torchvision: Family = (graph) => {
  const found = threeOutputs(graph);
  if (!found) return [];
  const { boxes, labels, scores, isTorchvision } = found;
  const output = { head: 'boxes+labels+scores', boxes, labels, scores };
  const input = { scale: PER_255, resize: 'letterbox', align: 'top-left', pad: 0 };
  const inPixels: Guess = isTorchvision
    ? { family: 'torchvision export', output, input, size: 800, labels: 'coco91' }
    : { family: 'boxes, labels and scores, in pixels', output, input, labels: 'coco80' };
  const inFractions: Guess = {
    family: 'boxes, labels and scores, in fractions of the input',
    ...{ output: { ...output, units: 'fractions' }, input: { scale: PER_255 }, labels: 'coco80' },
  };
  return [inPixels, inFractions];
};

function threeOutputs({ inputs, outputs }: Graph) {
  const boxes = outputs.find(isBoxes);
  const labels = outputs.find(
    (value) => value !== boxes && (/label|class/i.test(value.name) || value.type.startsWith('int')),
  );
  const scores = outputs.find(
    (value) => value !== boxes && value !== labels && /^float/.test(value.type) && value.shape.length <= 2,
  );
  if (inputs.length !== 1 || outputs.length !== 3 || !boxes || !labels || !scores) return undefined;
  const isUnbatched = boxes.shape.length === 2 || imageInput(inputs)?.shape.length === 3;
  return {
    ...{ boxes: boxes.name, labels: labels.name, scores: scores.name },
    isTorchvision: isUnbatched,
  };
}
