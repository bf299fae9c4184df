import type { Graph } from '../graph';
import { classesIn, type Family, type Guess, IMAGENET, isBoxes, PER_255 } from './family';

const SIZE = 640;
const STRETCH = { scale: PER_255 };

/** RF-DETR: outputs `dets` and `labels`, columns are COCO ids. */
export const rfDetr: Family = (graph) => {
  const found = logitsAndBoxes(graph);
  if (found?.boxes.name !== 'dets') return [];
  const output = { head: 'detr', logits: found.logits.name, boxes: found.boxes.name };
  const classes = classesIn(found.logits.shape[2], 0);
  return withActivations({ family: 'RF-DETR export', output, input: IMAGENET, size: 384, classes });
};

/** The original DETR: a last column for "no object", and often a `pixel_mask`. */
export const detr: Family = (graph) => {
  const found = logitsAndBoxes(graph);
  const hasMask = graph.inputs.some(({ name }) => /mask/i.test(name));
  if (!found || !(hasMask || found.logits.shape[2] === 92)) return [];
  const output = {
    ...{ head: 'detr', logits: found.logits.name, boxes: found.boxes.name },
    activation: 'softmax',
  };
  const input = { ...IMAGENET, resize: 'letterbox', align: 'top-left' };
  const classes = classesIn(found.logits.shape[2], 1);
  const guess = { family: 'DETR export', output, input, size: 800, classes, defaults: { score: 0.7 } };
  const inGraph = { ...output, activation: 'none', background: 'last' };
  return [guess, { ...guess, family: 'DETR export, softmax in the graph', output: inGraph }];
};

/** RT-DETR, D-FINE and DEIM as transformers exports them: `logits` and `pred_boxes`. */
export const rtDetr: Family = (graph) => {
  const found = logitsAndBoxes(graph);
  if (!found || !/logit/i.test(found.logits.name)) return [];
  const output = { head: 'detr', logits: found.logits.name, boxes: found.boxes.name };
  const classes = classesIn(found.logits.shape[2], 0);
  const family = 'RT-DETR/D-FINE/DEIM export (transformers)';
  const softmax: Guess = {
    family: 'YOLOS export',
    output: { ...output, activation: 'softmax' },
    ...{ input: IMAGENET, size: 800, classes: classesIn(found.logits.shape[2], 1) },
  };
  return [...withActivations({ family, output, input: STRETCH, size: SIZE, classes }), softmax];
};

/** The same contract under other names: centre and size, and a score per class. */
export const otherDetr: Family = (graph) => {
  const found = logitsAndBoxes(graph);
  if (!found) return [];
  const output = { head: 'detr', logits: found.logits.name, boxes: found.boxes.name };
  const classes = classesIn(found.logits.shape[2], 0);
  const family = 'DETR kind (boxes as centre and size)';
  return withActivations({ family, output, input: STRETCH, size: SIZE, classes });
};

/** RT-DETR and D-FINE as their own repositories export them, with `orig_target_sizes` as a second input. */
export const officialRtDetr: Family = ({ inputs, outputs }) => {
  const size = inputs.find(({ name }) => /target_sizes/i.test(name));
  const boxes = outputs.find(isBoxes);
  const [labels, scores] = [/label/i, /score/i].map((name) => outputs.find((value) => name.test(value.name)));
  if (!size || !boxes || !labels || !scores) return [];
  const output = {
    head: 'boxes+labels+scores',
    boxes: boxes.name,
    labels: labels.name,
    scores: scores.name,
  };
  const family = 'RT-DETR/D-FINE official export';
  return [{ family, output, input: STRETCH, size: SIZE, labels: 'coco80' }];
};

/** Exports of transformers may have further outputs, such as hidden states. */
function logitsAndBoxes({ outputs }: Graph) {
  const boxes = outputs.find((value) => isBoxes(value) && /box|det/i.test(value.name));
  const others = outputs.filter((value) => value !== boxes && value.shape.length === 3);
  const logits = others.find(({ name }) => name === 'logits') ?? others[0];
  if (!boxes || !logits || (outputs.length > 2 && boxes.name !== 'pred_boxes')) return undefined;
  return { boxes, logits };
}

function withActivations(guess: Guess): Guess[] {
  return [
    guess,
    {
      ...guess,
      family: `${guess.family}, sigmoid in the graph`,
      output: { ...guess.output, activation: 'none' },
    },
  ];
}
