import type { TrackedDetection } from '#annotation/files';
import { frameName } from '#workspace';
import { classNumber, hundredths, pixelsOf, scoreOf, timeOf, type Frames, type Video } from './video';

/**
 * COCO's format for object instances (https://cocodataset.org/#format-data), with the score from its results format. Ids
 * count from 1; a category id is the class index + 1 for every model, so that jobs can be compared.
 *
 * Annotations come first, because images and categories are only known after them and the frames are read once.
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
        ...trackOf(detection),
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

/** The track, where tools look for it: most at the top, datumaro and CVAT in `attributes`. */
function trackOf({ track, filled }: TrackedDetection): object {
  if (track === undefined) return {};
  return { track_id: track, attributes: { track_id: track, keyframe: filled !== true } };
}

/** An array item on a separate line. */
function item(index: number, value: object): string {
  return `${index === 0 ? '' : ','}\n${JSON.stringify(value)}`;
}
