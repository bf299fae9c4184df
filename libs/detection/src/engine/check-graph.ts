import { type InferenceSession } from './runtime';
import { ModelMismatchError } from '../errors';
import { type Manifest } from '../manifest/schema';
import { createHead } from '../output/create-head';
import { type Head } from '../output/head';
import { extraShape, inputShape } from './tensors';

type Values = readonly InferenceSession.ValueMetadata[];
type Dimension = number | string;

/** A value that the manifest expects in the graph. Dimensions with the same name have the same size. */
interface Expected {
  readonly name: string;
  /** Accepted types; errors name the first. */
  readonly types: readonly string[];
  readonly shape: readonly Dimension[];
  /** Whether the graph may omit the first dimension. */
  readonly unbatched?: boolean;
}

/**
 * Checks that a graph matches its manifest, so that it cannot produce wrong boxes. Call it with the declared
 * values and again with those of a run, because the declaration may leave some sizes open.
 *
 * @throws ModelMismatchError with the expected and the actual value
 */
export function checkGraph(manifest: Manifest, inputs: Values, outputs: Values): void {
  const { input, extraInputs = [], output } = manifest;
  const head = createHead(manifest);
  checkNumberOfInputs(manifest, inputs);
  const sizes = new Map<string, number>();
  const shape = inputShape(input, 'N');
  check(manifest, 'input', { name: input.name, types: [input.dtype], shape }, inputs, sizes);
  for (const extra of extraInputs) {
    const expected = { name: extra.name, types: EXTRA_TYPES, shape: extraShape(extra, input, 'N') };
    check(manifest, 'input', expected, inputs, sizes);
  }
  for (const expected of head.outputs) check(manifest, 'output', expected, outputs, sizes);
  const columns = sizes.get('columns');
  if (columns !== undefined) checkLabels(manifest, head, columns, sizes);
  const batch = sizes.get('N');
  if (output.head === 'ssd-zoo' && batch !== undefined && batch !== 1) {
    throw new ModelMismatchError(
      `Model ${manifest.name}: the ssd-zoo head requires a batch size of 1, but the graph's is ${batch}.`,
    );
  }
}

/** Types that extra inputs may have. */
const EXTRA_TYPES = ['int64', 'int32', 'float32', 'bool'];

function checkNumberOfInputs({ name, extraInputs = [] }: Manifest, inputs: Values): void {
  if (inputs.length === 1 + extraInputs.length) return;
  const many = extraInputs.length === 0 ? 'one input' : `${1 + extraInputs.length} inputs`;
  const missing = inputs.find((value) => value.isTensor && value.shape.length < 4);
  throw new ModelMismatchError(
    `Model ${name}: the manifest describes ${many}, but the graph has ${inputs.length} (${names(inputs)}).` +
      (missing && inputs.length > 1 + extraInputs.length
        ? ` Describe inputs besides the image in extraInputs, such as { "name": "${missing.name}", "gives": "width-height" }.`
        : ''),
  );
}

/**
 * Rejects a graph with a fixed batch size, unless that size and the maximum per run are both 1.
 * @param maxBatch maximum number of images per run
 * @throws ModelMismatchError
 */
export function checkBatch(manifest: Manifest, inputs: Values, maxBatch: number): void {
  const input = inputs.find(({ name }) => name === manifest.input.name);
  const isBatched = manifest.input.layout.startsWith('N');
  const batch = !isBatched ? 1 : input?.isTensor ? input.shape[0] : undefined;
  if (typeof batch !== 'number' || (batch === 1 && maxBatch === 1)) return;
  const { name, dynamic_batching: batching } = manifest;
  if (batch !== 1) {
    throw new ModelMismatchError(
      `Model ${name}: the graph has a fixed batch size of ${batch}; export it with a dynamic batch size, or with a batch size of 1.`,
    );
  }
  const inManifest = batching && Math.max(...batching.preferred_batch_size);
  throw new ModelMismatchError(
    `Model ${name}: batches of up to ${maxBatch} images are configured, but the graph takes one image at a time; ` +
      (inManifest === 1
        ? 'the manifest sets this, but PREFERRED_BATCH_SIZE overrides it: unset PREFERRED_BATCH_SIZE, or set it to 1.'
        : 'set dynamic_batching.preferred_batch_size to [1], and unset PREFERRED_BATCH_SIZE (which overrides it) or set it to 1.'),
  );
}

/** A list or file of labels must name every class; labels with columns may name some. */
function checkLabels(
  { name, labels, classes }: Manifest,
  head: Head,
  columns: number,
  sizes: ReadonlyMap<string, number>,
): void {
  const { before, after, what } = head.columns;
  const inGraph = columns - before - after;
  const last = Math.max(...labels.map(({ column }) => column));
  if (last < inGraph && (classes === undefined || classes === inGraph)) return;
  const claim = classes === undefined ? `labels read column ${last}` : `labels name ${classes} classes`;
  const hint = head.hint?.(sizes, classes ?? last + 1);
  throw new ModelMismatchError(
    `Model ${name}: the manifest's ${claim}, but the graph has ${inGraph} classes` +
      (before + after > 0 ? ` (${columns} columns, minus ${what}).` : '.') +
      (hint === undefined ? '' : ` ${hint}`),
  );
}

/** Checks one value. A free dimension on either side matches any size and is bound to the graph's size from then on. */
function check(
  manifest: Manifest,
  kind: 'input' | 'output',
  { name, types, shape: batched, unbatched }: Expected,
  values: Values,
  sizes: Map<string, number>,
): void {
  const value = values.find((candidate) => candidate.name === name);
  const isOmitted = unbatched && value?.isTensor && value.shape.length === batched.length - 1;
  const shape = isOmitted ? batched.slice(1) : batched;
  const wanted = shape.map((size) => (typeof size === 'string' ? (sizes.get(size) ?? size) : size));
  const statement = `Model ${manifest.name}: the manifest says ${kind} '${name}' is ${describe(types[0] ?? '', wanted)}`;
  if (!value?.isTensor) {
    throw new ModelMismatchError(`${statement}, but the graph has no such ${kind} (only ${names(values)}).`);
  }
  const has: readonly Dimension[] = value.shape;
  const fits = (size: Dimension, i: number): boolean =>
    typeof size === 'string' || typeof has[i] !== 'number' || size === has[i];
  if (!types.includes(value.type) || has.length !== shape.length || !wanted.every(fits)) {
    throw new ModelMismatchError(`${statement}, but in the graph it is ${describe(value.type, has)}.`);
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
