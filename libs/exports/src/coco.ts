import { frameName } from '#workspace';
import { classNumber, hundredths, pixelsOf, scoreOf, timeOf, type Frames, type Video } from './video';

/**
 * COCO's format of object instances (https://cocodataset.org/#format-data), with the score that its results have.
 * All ids count from 1; a category's is its class index + 1 whatever the model, so that two jobs can be compared.
 *
 * The order of an object's members means nothing in JSON. Here the annotations come first: what images and categories
 * there are is known after them, and one pass over the frames will do.
 */
export async function* coco(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  const categories = new Map<number, string>();
  let count = 0;
  let annotations = 0;

  yield `{"info":${JSON.stringify({ description: `Detections in ${video.filename}`, version: '1' })},"licenses":[],`;
  yield '"annotations":[';
  for await (const { n, boxes } of frames) {
    count = n + 1;
    for (const detection of boxes) {
      categories.set(classNumber(detection), detection.label);
      const { x, y, width, height } = pixelsOf(detection, video);
      const annotation = {
        id: annotations + 1,
        image_id: n + 1,
        category_id: classNumber(detection),
        bbox: [x, y, width, height],
        area: hundredths(width * height),
        segmentation: [],
        iscrowd: 0,
        score: scoreOf(detection),
      };
      yield item(annotations++, annotation);
    }
  }

  yield '\n],"images":[';
  for (let n = 0; n < count; n++) {
    const { width, height } = video;
    yield item(n, { id: n + 1, file_name: frameName(n), width, height, frame: n, time: timeOf(n, video) });
  }

  yield '\n],"categories":[';
  const inOrder = [...categories].sort(([a], [b]) => a - b);
  for (const [index, [id, name]] of inOrder.entries()) yield item(index, { id, name, supercategory: '' });
  yield '\n]}\n';
}

/** An item of a list, on a line of its own. */
function item(index: number, value: object): string {
  return `${index === 0 ? '' : ','}\n${JSON.stringify(value)}`;
}
