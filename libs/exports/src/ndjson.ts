import { pixelsOf, scoreOf, timeOf, type Frames, type Video } from './video';

/** Newline-delimited JSON: one object per frame, including those without detections. */
export async function* ndjson(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  for await (const { n, boxes } of frames) {
    const found = boxes.map((detection) => {
      const { label, classIndex, box, track = null, filled = false } = detection;
      const [x1, y1, x2, y2] = box;
      const pixels = pixelsOf(detection, video);
      return {
        ...{ label, classIndex, score: scoreOf(detection), box: { x1, y1, x2, y2 }, pixels },
        ...{ track, filled },
      };
    });
    yield `${JSON.stringify({ n, time: timeOf(n, video), boxes: found })}\n`;
  }
}
