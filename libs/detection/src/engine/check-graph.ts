import { type InferenceSession } from 'onnxruntime-node';
import { ModelMismatch } from '../errors';
import { type Manifest } from '../manifest/schema';

type Values = readonly InferenceSession.ValueMetadata[];
type Dimension = number | string;

/**
 * Refuses a graph that is not what its manifest describes, before it can give wrong boxes.
 *
 * @throws ModelMismatch naming what the manifest says and what the graph has
 */
export function checkGraph(manifest: Manifest, inputs: Values, outputs: Values): void {
  const { input, output, labels } = manifest;
  if (inputs.length !== 1) {
    throw new ModelMismatch(
      `Model ${manifest.name}: the manifest describes one input, the graph has ${inputs.length} (${names(inputs)}).`,
    );
  }
  expect(manifest, 'input', inputs, input.name, input.dtype, ['N', 3, input.height, input.width]);
  if (output.head !== 'boxes+scores') return;
  const boxes = expect(manifest, 'output', outputs, output.boxes, 'float32', ['N', 'anchors', 4]);
  const scores = expect(manifest, 'output', outputs, output.scores, 'float32', [
    'N',
    boxes[1] ?? '',
    'columns',
  ]);
  const columns = scores[2];
  const last = Math.max(...labels.map(({ column }) => column));
  if (typeof columns === 'number' && last >= columns) {
    throw new ModelMismatch(
      `Model ${manifest.name}: the manifest's labels read column ${last}, output '${output.scores}' of the graph has ${columns} columns.`,
    );
  }
}

/** Checks one value; a dimension that either side leaves open (a name) fits any. Returns the graph's shape. */
function expect(
  manifest: Manifest,
  kind: 'input' | 'output',
  values: Values,
  name: string,
  dtype: string,
  shape: readonly Dimension[],
): readonly Dimension[] {
  const said = `Model ${manifest.name}: the manifest says ${kind} '${name}' is ${describe(dtype, shape)}`;
  const value = values.find((candidate) => candidate.name === name);
  if (!value?.isTensor) {
    throw new ModelMismatch(`${said}, the graph has no such ${kind} (only ${names(values)}).`);
  }
  const fits = (size: Dimension, i: number): boolean => {
    const has = value.shape[i];
    return typeof size !== 'number' || typeof has !== 'number' || size === has;
  };
  if (value.type !== dtype || value.shape.length !== shape.length || !shape.every(fits)) {
    throw new ModelMismatch(`${said}, in the graph it is ${describe(value.type, value.shape)}.`);
  }
  return value.shape;
}

function describe(dtype: string, shape: readonly Dimension[]): string {
  return `${dtype} [${shape.map((size) => size || '?').join(', ')}]`;
}

function names(values: Values): string {
  return values.map(({ name }) => `'${name}'`).join(', ');
}
