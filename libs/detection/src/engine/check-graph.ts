import { type InferenceSession } from './runtime';
import { ModelMismatchError } from '../errors';
import { type Manifest, type ModelInput } from '../manifest/schema';
import { defaultBoxes } from '../output/default-boxes';
import { cells } from '../output/yolox';

type Values = readonly InferenceSession.ValueMetadata[];
type Dimension = number | string;

/** A value that the manifest expects in the graph. Dimensions with the same name have the same size. */
interface Expected {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly Dimension[];
}

/**
 * Checks that a graph is what its manifest describes, so that it cannot produce wrong boxes. Call it with the declared
 * values and again with those of a run, because a declaration may not fix all sizes.
 *
 * @throws ModelMismatchError with the expected and the actual value
 */
export function checkGraph(manifest: Manifest, inputs: Values, outputs: Values): void {
  const { input, output } = manifest;
  if (inputs.length !== 1) {
    throw new ModelMismatchError(
      `Model ${manifest.name}: the manifest describes one input, but the graph has ${inputs.length} (${names(inputs)}).`,
    );
  }
  const sizes = new Map<string, number>();
  const shape = inputShape(input, 'N');
  check(manifest, 'input', { name: input.name, dtype: input.dtype, shape }, inputs, sizes);
  for (const expected of expectedOutputs(manifest)) check(manifest, 'output', expected, outputs, sizes);

  const columns = sizes.get('columns');
  if (columns !== undefined) checkLabels(manifest, columns);
  const batch = sizes.get('N');
  if (output.head === 'ssd-zoo' && batch !== undefined && batch !== 1) {
    throw new ModelMismatchError(
      `Model ${manifest.name}: head ssd-zoo requires batches of 1 image, but the graph has a batch of ${batch}.`,
    );
  }
}

/**
 * Refuses a graph with a fixed batch, unless both the batch and the runs have one image.
 * @param maxBatch maximum number of images per run
 * @throws ModelMismatchError
 */
export function checkBatch(manifest: Manifest, inputs: Values, maxBatch: number): void {
  const [input] = inputs;
  const batch = input?.isTensor ? input.shape[0] : undefined;
  if (typeof batch !== 'number' || (batch === 1 && maxBatch === 1)) return;
  const { name, dynamic_batching: batching } = manifest;
  if (batch !== 1) {
    throw new ModelMismatchError(
      `Model ${name}: the graph has a fixed batch of ${batch} images; export it with a free batch, or with a batch of 1.`,
    );
  }
  const inManifest = batching && Math.max(...batching.preferred_batch_size);
  throw new ModelMismatchError(
    `Model ${name}: batches of up to ${maxBatch} images are configured, but the graph takes one image at a time; ` +
      (inManifest === 1
        ? 'its manifest says so, but the setting PREFERRED_BATCH_SIZE overrides it: remove it, or set it to 1.'
        : 'set dynamic_batching.preferred_batch_size to [1]. The setting PREFERRED_BATCH_SIZE overrides it: remove it, or set it to 1.'),
  );
}

/** Shape of the input for a given batch size. */
export function inputShape<N extends Dimension>(
  { layout, width, height }: ModelInput,
  batch: N,
): (N | number)[] {
  return layout === 'NCHW' ? [batch, 3, height, width] : [batch, height, width, 3];
}

function expectedOutputs({ input, output }: Manifest): Expected[] {
  const float = (name: string, ...shape: Dimension[]): Expected => ({ name, dtype: 'float32', shape });
  switch (output.head) {
    case 'boxes+scores':
      return [float(output.boxes, 'N', 'anchors', 4), float(output.scores, 'N', 'anchors', 'columns')];
    case 'ssd-zoo':
      return [
        float(output.boxes, 'N', 'n', 4),
        { name: output.labels, dtype: 'int64', shape: ['N', 'n'] },
        float(output.scores, 'N', 'n'),
      ];
    case 'ssd300': {
      const anchors = defaultBoxes().length / 4;
      return [float(output.loc, 'N', 4, anchors), float(output.conf, 'N', 'columns', anchors)];
    }
    case 'ssd-anchors':
      return [
        float(output.boxes, 'N', 'anchors', 4),
        float(output.anchors, 'N', 'anchors', 4),
        float(output.scores, 'N', 'anchors', 'columns'),
      ];
    case 'yolox':
      return [float(output.output, 'N', cells(output.strides, input).length / 3, 'columns')];
  }
}

/** Columns before class 0, by head. */
const BEFORE_CLASSES = {
  'boxes+scores': [0, ''],
  'ssd-zoo': [0, ''],
  ssd300: [1, 'the background'],
  'ssd-anchors': [1, 'the background'],
  yolox: [5, 'x, y, w, h and objectness'],
} as const;

/** A graph that also scores the background has one extra column, which the labels must skip. */
const BACKGROUND_HINT =
  'The extra class may be the background. If it is the first column, give labels with columns, starting at { "name": ..., "column": 1 }, or a label file with an empty first line; if it is the last, give labels with columns starting at 0.';

/** A list or file of labels must name every class; labels with columns may name some. */
function checkLabels({ name, labels, classes, output }: Manifest, columns: number): void {
  const [before, what] = BEFORE_CLASSES[output.head];
  const inGraph = columns - before;
  const last = Math.max(...labels.map(({ column }) => column));
  const fits = last < inGraph && (classes === undefined || classes === inGraph);
  if (fits) return;
  const said = classes === undefined ? `labels read column ${last}` : `labels name ${classes} classes`;
  const oneMore = output.head === 'boxes+scores' && inGraph === (classes ?? last + 1) + 1;
  throw new ModelMismatchError(
    `Model ${name}: the manifest's ${said}, but the graph has ${inGraph} classes` +
      (before > 0 ? ` (${columns} columns, without ${what}).` : '.') +
      (oneMore ? ` ${BACKGROUND_HINT}` : ''),
  );
}

/** Checks one value. A free dimension on either side matches any size and is bound to the graph's size from then on. */
function check(
  manifest: Manifest,
  kind: 'input' | 'output',
  { name, dtype, shape }: Expected,
  values: Values,
  sizes: Map<string, number>,
): void {
  const wanted = shape.map((size) => (typeof size === 'string' ? (sizes.get(size) ?? size) : size));
  const said = `Model ${manifest.name}: the manifest says ${kind} '${name}' is ${describe(dtype, wanted)}`;
  const value = values.find((candidate) => candidate.name === name);
  if (!value?.isTensor) {
    throw new ModelMismatchError(`${said}, but the graph has no such ${kind} (only ${names(values)}).`);
  }
  const has: readonly Dimension[] = value.shape;
  const fits = (size: Dimension, i: number): boolean =>
    typeof size === 'string' || typeof has[i] !== 'number' || size === has[i];
  if (value.type !== dtype || has.length !== shape.length || !wanted.every(fits)) {
    throw new ModelMismatchError(`${said}, but in the graph it is ${describe(value.type, has)}.`);
  }
  shape.forEach((size, i) => {
    const actual = has[i];
    if (typeof size === 'string' && typeof actual === 'number') sizes.set(size, actual);
  });
}

function describe(dtype: string, shape: readonly Dimension[]): string {
  return `${dtype} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
}

function names(values: Values): string {
  return values.map(({ name }) => `'${name}'`).join(', ');
}
