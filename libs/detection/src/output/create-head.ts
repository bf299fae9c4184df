import { type Manifest } from '../manifest/schema';
import { BoxesAndScores } from './boxes-and-scores';
import { BoxesLabelsScores } from './boxes-labels-scores';
import { Detr } from './detr';
import { EndToEnd } from './end-to-end';
import { type Head } from './head';
import { NanoDet } from './nanodet';
import { Ssd300 } from './ssd300';
import { SsdAnchors } from './ssd-anchors';
import { SsdZoo } from './ssd-zoo';
import { Yolo } from './yolo';
import { Yolox } from './yolox';

/** The head named in a manifest. */
export function createHead({ input, output, labels }: Pick<Manifest, 'input' | 'output' | 'labels'>): Head {
  switch (output.head) {
    case 'boxes+scores':
      return new BoxesAndScores(output, labels, input);
    case 'ssd-zoo':
      return new SsdZoo(output, labels);
    case 'ssd300':
      return new Ssd300(output, labels);
    case 'ssd-anchors':
      return new SsdAnchors(output, labels);
    case 'boxes+labels+scores':
      return new BoxesLabelsScores(output, labels, input);
    case 'yolo':
      return new Yolo(output, labels, input);
    case 'end-to-end':
      return new EndToEnd(output, labels, input);
    case 'detr':
      return new Detr(output, labels);
    case 'nanodet':
      return new NanoDet(output, labels, input);
    case 'yolox':
      return new Yolox(output, labels, input);
  }
}
