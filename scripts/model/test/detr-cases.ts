import { rowValues } from '../../../libs/detection/test/tiny-graph';
import { CORNERS, IMAGES, SCORE, type Case } from './family-cases';

/** Small graphs of the DETR families, each with one box. */

const logit = (p: number) => Math.log(p / (1 - p));

/** A query of a DETR: many others, small and unlikely, as in real outputs. */
const queries = (values: number[]) => ({
  name: 'pred_boxes',
  shape: [1, 300, 4],
  values: rowValues(7, 4, values),
  rest: 0.2,
});
const FRACTIONS = [0.25, 0.5, 0.25, 0.5];

export const DETR_CASES: readonly Case[] = [
  {
    name: 'RT-DETR (transformers)',
    inputs: [{ name: 'pixel_values', shape: ['batch', 3, 640, 640] }],
    outputs: [
      { name: 'logits', shape: [1, 300, 80], values: { [7 * 80 + 2]: logit(SCORE) }, rest: -9 },
      queries(FRACTIONS),
    ],
    family: 'RT-DETR/D-FINE/DEIM export (transformers)',
    manifest: { output: { head: 'detr', logits: 'logits', boxes: 'pred_boxes' } },
  },
  {
    name: 'RT-DETR with sigmoid in the graph',
    outputs: [
      { name: 'logits', shape: [1, 300, 80], values: { [7 * 80 + 2]: SCORE }, rest: 0.001 },
      queries(FRACTIONS),
    ],
    family: 'RT-DETR/D-FINE/DEIM export (transformers), sigmoid in the graph',
    manifest: { output: { head: 'detr', activation: 'none' } },
  },
  {
    name: 'the same under the names of an SSD',
    outputs: [
      { ...queries([0.75, 0.5, 0.25, 0.25]), name: 'boxes' },
      { name: 'scores', shape: [1, 300, 80], values: { [7 * 80 + 2]: SCORE }, rest: 0.001 },
    ],
    family: 'DETR kind (boxes as centre and size), sigmoid in the graph',
    manifest: { output: { head: 'detr', logits: 'scores', boxes: 'boxes', activation: 'none' } },
    box: [0.625, 0.375, 0.875, 0.625],
  },
  {
    name: 'D-FINE official',
    inputs: [IMAGES, { name: 'orig_target_sizes', shape: [1, 2], dtype: 'int64' }],
    outputs: [
      { name: 'labels', shape: [1, 300], values: { 4: 2 }, dtype: 'int64' },
      { name: 'boxes', shape: [1, 300, 4], values: rowValues(4, 4, CORNERS) },
      { name: 'scores', shape: [1, 300], values: { 4: SCORE } },
    ],
    family: 'RT-DETR/D-FINE official export',
    manifest: { extraInputs: [{ name: 'orig_target_sizes', gives: 'width-height' }] },
  },
  {
    name: 'RF-DETR',
    inputs: [{ name: 'input', shape: [1, 3, 384, 384] }],
    outputs: [
      { ...queries(FRACTIONS), name: 'dets' },
      { name: 'labels', shape: [1, 300, 91], values: { [7 * 91 + 3]: logit(SCORE) }, rest: -9 },
    ],
    family: 'RF-DETR export',
    manifest: { labels: 'coco91', input: { mean: [0.485, 0.456, 0.406] } },
  },
  {
    name: 'DETR',
    inputs: [
      { name: 'pixel_values', shape: ['batch', 3, 'height', 'width'] },
      { name: 'pixel_mask', shape: ['batch', 'height', 'width'], dtype: 'int64' },
    ],
    outputs: [
      {
        name: 'logits',
        shape: [1, 100, 92],
        // softmax of one class and "no object" against each other: .75 and .25
        values: {
          ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [92 * i + 91, 5])),
          [92 * 7 + 3]: 5 + Math.log(3),
        },
        rest: -40,
      },
      { ...queries(FRACTIONS), shape: [1, 100, 4] },
    ],
    family: 'DETR export',
    manifest: {
      labels: 'coco91',
      output: { activation: 'softmax' },
      extraInputs: [{ name: 'pixel_mask', gives: 'mask' }],
    },
  },
  {
    name: 'DETR with softmax in the graph',
    inputs: [IMAGES, { name: 'pixel_mask', shape: [1, 640, 640], dtype: 'int64' }],
    outputs: [
      {
        name: 'logits',
        shape: [1, 100, 92],
        values: {
          ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [92 * i + 91, i === 7 ? 0.25 : 0.99])),
          [92 * 7 + 3]: 0.75,
        },
      },
      { ...queries(FRACTIONS), shape: [1, 100, 4] },
    ],
    family: 'DETR export, softmax in the graph',
    manifest: { output: { activation: 'none', background: 'last' }, labels: 'coco91' },
  },
];
