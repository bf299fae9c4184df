import { classesIn, type Family, IMAGENET, isBoxes } from './family';

/** SSD-ResNet34 of the ONNX Model Zoo. */
export const ssdZoo: Family = ({ inputs, outputs }) => {
  const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 4);
  const labels = outputs.find(({ type, shape }) => type === 'int64' && shape.length === 2);
  const scores = outputs.find(({ type, shape }) => type === 'float32' && shape.length === 2);
  if (inputs.length !== 1 || outputs.length !== 3 || !boxes || !labels || !scores) return [];
  const output = { head: 'ssd-zoo', boxes: boxes.name, labels: labels.name, scores: scores.name };
  return [{ family: 'SSD of the ONNX Model Zoo', output, input: IMAGENET, labels: 'coco80' }];
};

/** NVIDIA's SSD300. */
export const ssd300: Family = ({ outputs }) => {
  const [loc, conf] = [...outputs].sort((a, b) => Number(a.shape[1]) - Number(b.shape[1]));
  if (outputs.length !== 2 || loc?.shape[1] !== 4 || loc.shape[2] !== 8732 || conf?.shape[2] !== 8732)
    return [];
  const output = { head: 'ssd300', loc: loc.name, conf: conf.name };
  return [{ family: 'NVIDIA SSD300', output, classes: classesIn(conf.shape[1], 1), input: IMAGENET }];
};

/** SSD of TensorFlow Lite, before its post-processing. */
export const ssdAnchors: Family = ({ outputs }) => {
  const fours = outputs.filter(isBoxes);
  const scores = outputs.find((value) => !isBoxes(value) && value.shape.length === 3);
  if (outputs.length !== 3 || fours.length !== 2 || !scores) return [];
  const anchors = fours.find(({ name }) => /anchor|prior/i.test(name)) ?? fours.at(-1);
  const boxes = fours.find((value) => value !== anchors);
  if (!anchors || !boxes) return [];
  const output = { head: 'ssd-anchors', boxes: boxes.name, anchors: anchors.name, scores: scores.name };
  const remarks = [swapHint(boxes.name, anchors.name)];
  return [{ family: 'SSD with anchors', output, classes: classesIn(scores.shape[2], 1), remarks }];
};

/** The graph gives no way to distinguish these two outputs. */
export function swapHint(boxes: string, anchors: string): string {
  return `output: '${boxes}' and '${anchors}' have the same shape; swap them if the boxes are wrong.`;
}

/** Boxes as corners and a score per class: SSD, YOLO-NAS and others. */
export const boxesAndScores: Family = ({ outputs }) => {
  const boxes = outputs.find((value) => isBoxes(value) && !/score|conf|class/i.test(value.name));
  const scores = outputs.find((value) => value !== boxes && value.shape.length === 3);
  if (outputs.length !== 2 || !boxes || !scores) return [];
  const output = { head: 'boxes+scores', boxes: boxes.name, scores: scores.name };
  const classes = classesIn(scores.shape[2], 0);
  const family = 'boxes and scores per class';
  return [
    { family: `${family}, in fractions of the input`, output, classes },
    { family: `${family}, in pixels`, output: { ...output, units: 'pixels' }, classes },
  ];
};
