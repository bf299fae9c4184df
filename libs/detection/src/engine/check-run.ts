import { ModelMismatchError } from '../errors';
import { type OutputOf } from '../manifest/output-schema';
import { type Manifest } from '../manifest/schema';
import { SCORE_SLACK } from '../output/candidates';
import { type Head, type OutputTensor } from '../output/head';

/**
 * Checks the outputs of a run for signs that the manifest describes another contract than the graph's.
 * @param outputs the outputs that the head reads, in its order
 * @throws ModelMismatchError with what the graph probably is and what to write
 */
export function checkRun(manifest: Manifest, head: Head, outputs: readonly OutputTensor[]): void {
  const sign = head.suspect?.(outputs);
  if (sign !== undefined) {
    throw new ModelMismatchError(
      `Model ${manifest.name}: head "${manifest.output.head}" does not fit this graph: in a test run, ${sign}`,
    );
  }
  checkScores(manifest, outputs);
  checkBoxes(manifest, outputs);
}

/**
 * Refuses a graph whose scores, in a run, are not within 0..1.
 * @param outputs the outputs that the head reads, in its order
 * @throws ModelMismatchError
 */
export function checkScores({ name, output }: Manifest, outputs: readonly OutputTensor[]): void {
  const last = outputs.at(-1);
  // The other heads compute scores from logits, or check them with their other signs.
  if (!last || !hasPlainScores(output)) return;
  const [from, which] = output.head === 'yolox' ? [4, output.output] : [0, output.scores];
  const columns = output.head === 'yolox' ? (last.dims[2] ?? 1) : 1;
  const isScore = (value: number): boolean => !(value < -SCORE_SLACK || value > 1 + SCORE_SLACK);
  const invalid = last.data.find((value, at) => at % columns >= from && !isScore(value));
  if (invalid === undefined) return;
  throw new ModelMismatchError(
    `Model ${name}: the manifest says output '${which}' has scores 0..1, but a test run returned ${invalid.toPrecision(3)}: ` +
      'the graph probably lacks the sigmoid or softmax that computes them. Export it with that operation.',
  );
}

type PlainOutput = OutputOf<'boxes+scores' | 'ssd-zoo' | 'ssd-anchors' | 'yolox'>;

function hasPlainScores(output: Manifest['output']): output is PlainOutput {
  return ['boxes+scores', 'ssd-zoo', 'ssd-anchors', 'yolox'].includes(output.head);
}

/** Boxes in fractions may exceed the image by less than this; nearly all boxes in pixels exceed it by more. */
const MAX_FRACTION = 3;

/**
 * Refuses a graph whose boxes, in a run, are in pixels: clipped to the image, none would have an area and nothing would
 * ever be detected.
 * @param outputs the outputs that the head reads, in its order
 * @throws ModelMismatchError
 */
export function checkBoxes({ name, output }: Manifest, outputs: readonly OutputTensor[]): void {
  const [boxes] = outputs;
  if (!boxes || !(output.head === 'boxes+scores' || output.head === 'ssd-zoo')) return;
  if (output.head === 'boxes+scores' && output.units === 'pixels') return;
  const sides = boxes.data;
  let beyond = 0;
  for (let at = 0; at < sides.length; at += 4) {
    if (sides.subarray(at, at + 4).some((side) => Math.abs(side) > MAX_FRACTION)) beyond++;
  }
  if (8 * beyond <= sides.length) return; // accept if at most half of the boxes exceed the image
  throw new ModelMismatchError(
    `Model ${name}: output '${output.boxes}' must contain fractions of the input (0 to 1) according to its manifest, but a test run returned values up to ` +
      `${sides.reduce((most, side) => Math.max(most, side), 0).toPrecision(3)}: they are probably pixels. ${output.head === 'boxes+scores' ? 'Set "units": "pixels".' : "Export it with boxes divided by the input's size."}`,
  );
}
