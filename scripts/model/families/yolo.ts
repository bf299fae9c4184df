import type { Graph } from '../graph';
import { classesIn, type Family, type Guess, imageInput, PER_255, sizeOf } from './family';

/** Strides of the grids of YOLO models, and of variants with a fourth grid. */
const STRIDES = [
  [8, 16, 32],
  [8, 16, 32, 64],
];

/** Pixels as Ultralytics, YOLOv5, v6 and v7 prepare them (`letterbox` of their repositories). */
const LETTERBOX = {
  scale: PER_255,
  resize: 'letterbox',
  align: 'centre',
  pad: 114,
  antialias: false,
};
/** Pixels as YOLOX prepares them (`preproc` of its repository). */
const YOLOX_INPUT = { colour: 'BGR', resize: 'letterbox', align: 'top-left', pad: 114, antialias: false };

const SIZE = 640;
const DEFAULTS = { score: 0.25, iou: 0.7, max: 300 };

/** Models called YOLO, by their only output of three dimensions. */
export const yolo: Family = (graph) => {
  const [value] = graph.outputs;
  if (graph.outputs.length !== 1 || value?.shape.length !== 3) return [];
  const [, a = '', b = ''] = value.shape;
  return orientationsOf(graph, a, b).flatMap((transposed) => {
    if (transposed) return isTooSmall(a) ? [] : [ultralytics(graph, value.name, a, true)];
    return isTooSmall(b) ? [] : membersOf(graph, value.name, a, b);
  });
};

/** Whether [N, a, b] is transposed, [N, columns, boxes]; both if the graph does not tell. */
function orientationsOf(graph: Graph, a: number | string, b: number | string): boolean[] {
  if (gridsOf(graph, a)) return [false];
  if (gridsOf(graph, b)) return [true];
  if (typeof a === 'number' && typeof b === 'number') return [a < b]; // there are more boxes than columns
  if (typeof a === 'number') return [true];
  return typeof b === 'number' ? [false] : [true, false];
}

function isTooSmall(columns: number | string): boolean {
  return typeof columns === 'number' && columns < 5;
}

/** The models with an output [N, boxes, columns]. */
function membersOf(graph: Graph, output: string, rows: number | string, columns: number | string): Guess[] {
  const grids = gridsOf(graph, rows);
  const v5 = yolov5(output, columns);
  if (grids?.perCell === 3) return [v5];
  const named = namesIn(graph.metadata)?.length;
  const without = ultralytics(graph, output, columns, false);
  if (columns === 84 || (named !== undefined && columns === named + 4)) return [without];
  const raw = yolox(output, columns, grids?.strides);
  if (grids) return [raw, decoded(output, columns), without];
  if (columns === 6) return [endToEnd(output), v5, raw, without];
  return named !== undefined && columns === named + 5 ? [v5, raw] : [raw, v5, without];
}

/** Names of the classes in the metadata of an Ultralytics export: `{0: 'person', 1: 'bicycle'}`. */
export function namesIn({ names }: Graph['metadata']): string[] | undefined {
  const entries = [...(names ?? '').matchAll(/(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const found: string[] = [];
  for (const [, index, single, double] of entries) {
    found[Number(index)] = (single ?? double ?? '').replace(/\\(.)/g, '$1');
  }
  return found.length > 0 && found.length === entries.length ? found : undefined;
}

/** Which grids have as many cells as a dimension has entries. */
function gridsOf(graph: Graph, rows: number | string): { strides: number[]; perCell: 1 | 3 } | undefined {
  const { width, height } = sizeOf(graph);
  if (width === undefined || height === undefined || typeof rows !== 'number') return undefined;
  for (const strides of STRIDES) {
    const cells = strides.reduce((sum, s) => sum + Math.floor(width / s) * Math.floor(height / s), 0);
    if (rows === cells) return { strides, perCell: 1 };
    if (rows === 3 * cells) return { strides, perCell: 3 };
  }
  return undefined;
}

function ultralytics(graph: Graph, output: string, columns: number | string, transposed: boolean): Guess {
  const size = /\[(\d+)/.exec(graph.metadata.imgsz ?? '')?.[1];
  return {
    family: `Ultralytics YOLOv8/v9/11/12 export${transposed ? '' : ', transposed'}`,
    output: { head: 'yolo', output, ...(transposed && { transposed }) },
    input: LETTERBOX,
    size: Number(size ?? SIZE),
    classes: classesIn(columns, 4),
    defaults: DEFAULTS,
  };
}

function yolov5(output: string, columns: number | string): Guess {
  return {
    family: 'YOLOv5/YOLOv7 export',
    output: { head: 'yolo', output, objectness: true },
    input: LETTERBOX,
    size: SIZE,
    classes: classesIn(columns, 5),
    defaults: { score: 0.25, iou: 0.45, max: 300 },
  };
}

function endToEnd(output: string): Guess {
  return {
    family: 'YOLOv10/YOLO26 end-to-end export',
    output: { head: 'end-to-end', output },
    input: LETTERBOX,
    size: SIZE,
    labels: 'coco80',
    defaults: { score: 0.25, max: 300 },
  };
}

function yolox(output: string, columns: number | string, strides: number[] | undefined): Guess {
  const isUsual = strides === undefined || strides === STRIDES[0];
  return {
    family: 'YOLOX export without decoding',
    output: { head: 'yolox', output, ...(!isUsual && { strides }) },
    input: YOLOX_INPUT,
    size: SIZE,
    classes: classesIn(columns, 5),
  };
}

/** YOLOv6 calls its output `outputs`; its pixels differ from those of YOLOX. */
function decoded(output: string, columns: number | string): Guess {
  const isV6 = output === 'outputs';
  return {
    family: 'YOLOv6, or YOLOX exported with decoding',
    output: { head: 'yolo', output, objectness: true },
    input: isV6 ? LETTERBOX : YOLOX_INPUT,
    size: SIZE,
    classes: classesIn(columns, 5),
    remarks: [
      isV6
        ? 'input: these are the pixels of YOLOv6; YOLOX uses BGR, no scale and top-left.'
        : 'input: these are the pixels of YOLOX; YOLOv6 uses RGB, scale 1/255 and centre.',
      ...(columns === 85
        ? []
        : ['output: if the model has no objectness (YOLOv8 and later), remove that field and add a class.']),
    ],
  };
}

/** NanoDet: class scores and distances for each stride. */
export const nanodet: Family = (graph) => {
  const { width = 320, height = 320 } = sizeOf(graph);
  const { outputs } = graph;
  if (outputs.length < 2 || outputs.length % 2 !== 0 || outputs.some(({ shape }) => shape.length !== 3)) {
    return [];
  }
  const pairs = [8, 16, 32, 64].flatMap((stride) => {
    const cells = Math.ceil(width / stride) * Math.ceil(height / stride);
    const pair = outputs.filter(({ shape }) => shape[1] === cells);
    const distances = pair.find(({ name }) => /dis|reg|box/i.test(name));
    const scores = pair.find((value) => value !== distances);
    return pair.length === 2 && scores && distances ? [{ stride, scores, distances }] : [];
  });
  if (2 * pairs.length !== outputs.length || !imageInput(graph.inputs)) return [];
  const output = {
    head: 'nanodet',
    scores: pairs.map(({ scores }) => scores.name),
    distances: pairs.map(({ distances }) => distances.name),
    strides: pairs.map(({ stride }) => stride),
  };
  const input = {
    colour: 'BGR',
    resize: 'letterbox',
    align: 'centre',
    pad: 0,
    antialias: false,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
  };
  return [{ family: 'NanoDet export', output, input, classes: classesIn(pairs[0]?.scores.shape[2], 0) }];
};
