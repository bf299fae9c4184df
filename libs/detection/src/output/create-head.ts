import { type Manifest } from '../manifest/schema';
import { BoxesAndScores } from './boxes-and-scores';
import { type Head } from './head';
import { Ssd300 } from './ssd300';
import { SsdAnchors } from './ssd-anchors';
import { SsdZoo } from './ssd-zoo';
import { Yolox } from './yolox';

/** The head named in a manifest. */
export function createHead({ input, output, labels }: Pick<Manifest, 'input' | 'output' | 'labels'>): Head {
  switch (output.head) {
    case 'boxes+scores':
      return new BoxesAndScores(output, labels);
    case 'ssd-zoo':
      return new SsdZoo(output, labels);
    case 'ssd300':
      return new Ssd300(output, labels);
    case 'ssd-anchors':
      return new SsdAnchors(output, labels);
    case 'yolox':
      return new Yolox(output, labels, input);
  }
}
