import { describe, type Graph, type Value } from './graph';

type Remark = (text: string) => void;

/** Where a model comes from, in the form of a manifest. */
export interface Origin {
  readonly title: string;
  readonly source: { readonly type: 'file'; readonly path: string };
  readonly sha256: string;
}

export interface Guess {
  /** In the form of a manifest file. */
  readonly manifest: object;
  /** What the user has to check or fill in. */
  readonly remarks: readonly string[];
}

/**
 * A draft manifest, guessed from the shapes of a graph's inputs and outputs. A graph does not contain colour order,
 * scale, resizing and labels: these get the usual values of models with such outputs.
 */
export function guessManifest(graph: Graph, origin: Origin): Guess {
  const remarks: string[] = [];
  const remark: Remark = (text) => remarks.push(text);
  const input = guessInput(graph, remark);
  const { output, classes, usualInput } = guessHead(graph, remark);
  const batching = guessBatching(graph, remark);
  remark('licence: fill it in.');
  const { title, source, sha256 } = origin;
  return {
    manifest: {
      title,
      licence: 'unknown',
      source,
      sha256,
      input: { ...input, ...(input.dtype === 'float32' && usualInput) },
      output,
      labels: guessLabels(classes, remark),
      ...(batching && { dynamic_batching: batching }),
    },
    remarks,
  };
}

function guessInput({ inputs }: Graph, remark: Remark) {
  const [value] = inputs;
  if (inputs.length !== 1 || value?.shape.length !== 4) {
    remark(`input: models must have one input of four dimensions; this graph has ${inputs.length} inputs.`);
  }
  const { name = '?', type = '?', shape = [] } = value ?? {};
  const layout = shape[3] === 3 ? 'NHWC' : 'NCHW';
  const [height, width] = layout === 'NHWC' ? [shape[1], shape[2]] : [shape[2], shape[3]];
  const size = (of: 'width' | 'height', found: number | string | undefined): number => {
    if (typeof found === 'number') return found;
    remark(`input.${of}: the graph does not fix it; 300 is an example.`);
    return 300;
  };
  if (type !== 'float32' && type !== 'uint8') {
    remark(`input.dtype: ${type} is not supported, only float32 and uint8.`);
  }
  remark(
    'input.colour, scale, mean, std, resize and antialias: look them up in the documentation of the model.',
  );
  return {
    name,
    width: size('width', width),
    height: size('height', height),
    layout,
    dtype: type,
    antialias: true,
  };
}

/** A graph with a fixed batch of one must say so in the manifest: on a GPU the default batch is larger. */
function guessBatching({ inputs }: Graph, remark: Remark): object | undefined {
  const batch = inputs[0]?.shape[0];
  if (batch === 1) return { preferred_batch_size: [1] };
  if (typeof batch === 'number') {
    remark(
      `input: the graph has a fixed batch of ${batch} images; export it with a free batch, or with a batch of 1.`,
    );
  }
  return undefined;
}

/** Mean and standard deviation of ImageNet, for pixels 0..1. */
const IMAGENET = { scale: 0.00392156862745098, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

interface HeadGuess {
  readonly output: Readonly<Record<string, string | readonly number[]>>;
  /** Classes without the background; undefined if the graph does not tell. */
  readonly classes?: number | undefined;
  /** Usual input settings of models with this head. */
  readonly usualInput?: object;
}

/** The head that matches the graph's outputs; see docs/models.md for the known heads. */
function guessHead({ inputs, outputs }: Graph, remark: Remark): HeadGuess {
  const guess =
    ssdZoo(outputs) ??
    ssd300(outputs) ??
    ssdAnchors(outputs, remark) ??
    boxesAndScores(outputs) ??
    yolox(outputs, inputs);
  if (guess) return guess;
  const found = outputs.map((value) => `${value.name} ${describe(value)}`).join(', ');
  remark(`output: no known head matches ${found}; boxes+scores is an example (docs/models.md).`);
  return { output: { head: 'boxes+scores', boxes: '?', scores: '?' } };
}

function ssdZoo(outputs: readonly Value[]): HeadGuess | undefined {
  const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 4);
  const labels = outputs.find(({ type, shape }) => type === 'int64' && shape.length === 2);
  const scores = outputs.find(({ type, shape }) => type === 'float32' && shape.length === 2);
  if (outputs.length !== 3 || !boxes || !labels || !scores) return undefined;
  const output = { head: 'ssd-zoo', boxes: boxes.name, labels: labels.name, scores: scores.name };
  return { output, usualInput: IMAGENET };
}

function ssd300(outputs: readonly Value[]): HeadGuess | undefined {
  const [loc, conf] = [...outputs].sort((a, b) => Number(a.shape[1]) - Number(b.shape[1]));
  if (outputs.length !== 2 || loc?.shape[1] !== 4 || loc.shape[2] !== 8732 || conf?.shape[2] !== 8732)
    return undefined;
  const output = { head: 'ssd300', loc: loc.name, conf: conf.name };
  return { output, classes: without(conf.shape[1], 1), usualInput: IMAGENET };
}

function ssdAnchors(outputs: readonly Value[], remark: Remark): HeadGuess | undefined {
  const fours = outputs.filter(isBoxes);
  const scores = outputs.find((value) => !isBoxes(value) && value.shape.length === 3);
  if (outputs.length !== 3 || fours.length !== 2 || !scores) return undefined;
  const anchors = fours.find(({ name }) => /anchor|prior/i.test(name)) ?? fours.at(-1);
  const boxes = fours.find((value) => value !== anchors);
  if (!anchors || !boxes) return undefined;
  remark(swapHint(boxes.name, anchors.name));
  const output = { head: 'ssd-anchors', boxes: boxes.name, anchors: anchors.name, scores: scores.name };
  return { output, classes: without(scores.shape[2], 1) };
}

/** A graph does not tell these two outputs apart. */
export function swapHint(boxes: string, anchors: string): string {
  return `output: '${boxes}' and '${anchors}' have the same shape; swap them if the boxes are wrong.`;
}

function boxesAndScores(outputs: readonly Value[]): HeadGuess | undefined {
  const boxes = outputs.find((value) => isBoxes(value) && !/score|conf|class/i.test(value.name));
  const scores = outputs.find((value) => value !== boxes && value.shape.length === 3);
  if (outputs.length !== 2 || !boxes || !scores) return undefined;
  const output = { head: 'boxes+scores', boxes: boxes.name, scores: scores.name };
  return { output, classes: without(scores.shape[2], 0) };
}

/** Strides of the grids of YOLOX, and of its variants with a fourth grid. */
const STRIDES = [
  [8, 16, 32],
  [8, 16, 32, 64],
];

/** Other models called YOLO also have one output of three dimensions, but not one row per cell of these grids. */
function yolox(outputs: readonly Value[], inputs: readonly Value[]): HeadGuess | undefined {
  const [value] = outputs;
  const [, rows, columns] = value?.shape ?? [];
  if (outputs.length !== 1 || value?.shape.length !== 3 || typeof columns !== 'number' || columns < 6)
    return undefined;
  const [height, width] = inputs[0]?.shape.slice(2) ?? [];
  const isKnown = [rows, height, width].every((size) => typeof size === 'number');
  const cells = (stride: number) => Math.floor(Number(width) / stride) * Math.floor(Number(height) / stride);
  const strides = isKnown
    ? STRIDES.find((all) => all.reduce((sum, stride) => sum + cells(stride), 0) === rows)
    : STRIDES[0];
  if (!strides) return undefined;
  const output = {
    ...{ head: 'yolox', output: value.name },
    ...(strides !== STRIDES[0] && { strides }),
  };
  const usualInput = { colour: 'BGR', resize: 'letterbox', align: 'top-left', pad: 114, antialias: false };
  return { output, classes: columns - 5, usualInput };
}

function isBoxes({ shape }: Value): boolean {
  return shape.length === 3 && shape[2] === 4;
}

function without(columns: number | string | undefined, background: number): number | undefined {
  return typeof columns === 'number' ? columns - background : undefined;
}

function guessLabels(classes: number | undefined, remark: Remark): string | string[] {
  if (classes === undefined || classes === 80 || classes === 90) {
    remark('labels: these are the classes of COCO; replace them if the model was trained on other data.');
    return classes === 90 ? 'coco90' : 'coco80';
  }
  remark(`labels: list the names of the ${classes} classes in the order of the scores.`);
  return Array.from({ length: classes }, (_, i) => `class ${i}`);
}
