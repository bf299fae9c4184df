import { type Detection } from '../detection';
import { type OutputOf } from '../manifest/output-schema';
import { type Label } from '../manifest/schema';
import { Candidates, indexOfLargest } from './candidates';
import { Classes } from './classes';
import {
  BACKGROUND_FIRST,
  type ExpectedOutput,
  float,
  type Head,
  type OutputTensor,
  part,
  type Thresholds,
} from './head';
import { nms } from './nms';

type Output = Pick<OutputOf<'ssd-anchors'>, 'boxes' | 'anchors' | 'scores'>;

/**
 * The head `ssd-anchors`: the graph also outputs its anchors, and encodes a box by how far its corners are from those of
 * its anchor, in widths and heights of the anchor: corner = encoded * (w, h) + the anchor's corner. Column 0 of the
 * scores is the background; an anchor has only its best class, as in TensorFlow Lite's TFLite_Detection_PostProcess.
 * Applies NMS.
 */
export class SsdAnchors implements Head {
  readonly outputs: readonly ExpectedOutput[];
  readonly columns = BACKGROUND_FIRST;
  private readonly classes: Classes;

  constructor(output: Output, labels: readonly Label[]) {
    const { boxes, anchors, scores } = output;
    this.outputs = [
      float(boxes, 'N', 'anchors', 4),
      float(anchors, 'N', 'anchors', 4),
      float(scores, 'N', 'anchors', 'columns'),
    ];
    this.classes = new Classes(labels);
  }

  decode(outputs: readonly OutputTensor[], image: number, thresholds: Thresholds): Detection[] {
    const encoded = part(outputs[0], image);
    const anchors = part(outputs[1], image);
    const scores = part(outputs[2], image);
    const columns = outputs[2]?.dims[2] ?? 0;
    const found = new Candidates();
    const classOf = this.classes.byColumn(thresholds.classes);
    for (let anchor = 0; 4 * anchor < encoded.length; anchor++) {
      const first = anchor * columns + 1;
      const best = indexOfLargest(scores, first, first + columns - 1);
      const score = scores[best] as number;
      if (!(score > thresholds.score)) continue;
      const classIndex = classOf[best - first] ?? -1;
      if (classIndex < 0) continue;
      const corner = (k: number): number => anchors[4 * anchor + k] as number;
      const offset = (k: number): number => encoded[4 * anchor + k] as number;
      const width = corner(2) - corner(0);
      const height = corner(3) - corner(1);
      found.add(
        offset(0) * width + corner(0),
        offset(1) * height + corner(1),
        offset(2) * width + corner(2),
        offset(3) * height + corner(3),
        score,
        classIndex,
      );
    }
    return this.classes.detections(found, nms(found, thresholds));
  }
}
