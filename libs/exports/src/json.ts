import { scoreOf, timeOf, type Frames, type Video } from './video';

/** One object with all frames, including those without detections, one per line. */
export async function* json(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  const { num, den } = video.frameRate;
  yield `{"id":${JSON.stringify(video.id)},"frameRate":${num / den},"frames":[`;
  let separator = '\n';
  for await (const { n, boxes } of frames) {
    const found = boxes.map((detection) => {
      const { label, classIndex, box, track = null, filled = false } = detection;
      const [x1, y1, x2, y2] = box;
      return { label, classIndex, score: scoreOf(detection), box: { x1, y1, x2, y2 }, track, filled };
    });
    yield separator + JSON.stringify({ n, time: timeOf(n, video), boxes: found });
    separator = ',\n';
  }
  yield '\n]}\n';
}
