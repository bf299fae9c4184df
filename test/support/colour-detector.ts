import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OnnxGraph } from '#packages/tfjs-to-onnx';

type Rgb = readonly [red: number, green: number, blue: number];

/** An object that the detector knows by its colour. At most one of each can be in an image. */
export interface ColouredObject {
  readonly label: string;
  readonly colour: Rgb;
}

interface ColourDetector {
  /** Size of the video, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly objects: readonly ColouredObject[];
}

/** Compression changes colours by less. */
const TOLERANCE = 60;

const SCORE = 0.9;

/** Writes a model that finds exactly the areas of given colours, and its manifest as `colours.json`. */
export async function writeColourDetector(
  folder: string,
  { size: { width, height }, objects }: ColourDetector,
): Promise<void> {
  const names = [...new Set(objects.map(({ label }) => label))];
  const file = join(folder, 'colours.onnx');
  await writeFile(file, graphOf({ width, height }, objects, names));
  const manifest = {
    title: 'Areas of given colours',
    licence: 'MIT',
    source: { type: 'file', path: file },
    input: { name: 'image', width, height },
    output: { head: 'boxes+labels+scores', boxes: 'boxes', labels: 'labels', scores: 'scores' },
    labels: names,
  };
  await writeFile(join(folder, 'colours.json'), JSON.stringify(manifest));
}

function graphOf(
  { width, height }: ColourDetector['size'],
  objects: readonly ColouredObject[],
  names: readonly string[],
): Buffer {
  const graph = new OnnxGraph();
  const count = objects.length;
  const floats = (name: string, values: readonly number[], shape: readonly number[]) =>
    graph.constant(name, { dtype: 'float32', shape, data: Float32Array.from(values) });
  const tolerance = floats('tolerance', [TOLERANCE], [1]);
  const masks = objects.map(({ colour }, k) => {
    const off = graph.node(`off${k}`, 'Sub', ['image', floats(`colour${k}`, colour, [1, 3, 1, 1])]);
    const distance = graph.node(`distance${k}`, 'Abs', [off]);
    const most = graph.node(`most${k}`, 'ReduceMax', [distance], { axes: [1], keepdims: 1 });
    return graph.node(`mask${k}`, 'Cast', [graph.node(`like${k}`, 'Less', [most, tolerance])], { to: 1 });
  });
  const mask = graph.node('mask', 'Concat', masks, { axis: 1 });
  /** The first and the last position of a mask along an axis, each [N, objects]. */
  const range = (axis: string, across: number, length: number) => {
    const line = graph.node(`${axis}/line`, 'ReduceMax', [mask], { axes: [across], keepdims: 0 });
    const positions = Array.from({ length }, (_, at) => at + 1);
    const largest = (name: string, values: readonly number[]) => {
      const weighted = graph.node(`${name}/weighted`, 'Mul', [line, floats(`${name}/by`, values, [length])]);
      return graph.node(name, 'ReduceMax', [weighted], { axes: [2], keepdims: 0 });
    };
    const fromEnd = largest(`${axis}/fromEnd`, positions.toReversed());
    const first = graph.node(`${axis}/first`, 'Sub', [floats(`${axis}/length`, [length], [1]), fromEnd]);
    return [first, largest(`${axis}/end`, positions)] as const;
  };
  const [left, right] = range('x', 2, width);
  const [top, bottom] = range('y', 3, height);
  const last = graph.constant('last', { dtype: 'int64', shape: [1], data: BigInt64Array.from([2n]) });
  const found = graph.node('found', 'ReduceMax', [mask], { axes: [2, 3], keepdims: 0 });
  const sides = [left, top, right, bottom].map((side) => {
    const known = graph.node(`${side}/known`, 'Mul', [side, found]); // 0 without the object
    return graph.node(`${side}/side`, 'Unsqueeze', [known, last]);
  });
  graph.node('boxes', 'Concat', sides, { axis: 2 });
  graph.node('scores', 'Mul', [found, floats('score', [SCORE], [1])]);
  const classes = objects.map(({ label }) => names.indexOf(label));
  const none = graph.node('none', 'Mul', [found, floats('zero', [0], [1])]);
  graph.node(
    'labels',
    'Cast',
    [graph.node('numbers', 'Add', [none, floats('classes', classes, [1, count])])],
    {
      to: 7,
    },
  );
  return graph.toBytes(
    'colours',
    [{ name: 'image', shape: ['N', 3, height, width] }],
    [
      { name: 'boxes', shape: ['N', count, 4] },
      { name: 'labels', shape: ['N', count], dtype: 'int64' },
      { name: 'scores', shape: ['N', count] },
    ],
  );
}
