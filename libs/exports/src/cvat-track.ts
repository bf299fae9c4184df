import type { Detection } from '#detection';
import type { Video } from './video';

/** A box of a track in a frame. */
export interface BoxAt {
  /** Number of the frame, from 0. */
  readonly n: number;
  /** Edges as fractions of the frame. */
  readonly box: Detection['box'];
  /** It was not detected: it lies on the track. */
  readonly filled: boolean;
}

interface Track {
  readonly id: number;
  readonly label: string;
  /** At least one, in order of time. */
  readonly boxes: readonly BoxAt[];
}

/** How far a box may be from where CVAT interpolates it, in pixels: what rounding changes. */
const TOLERANCE = 0.05;

/**
 * A track in pieces. Frames in which it has no box, and the frame after its last one, have a box that is outside. CVAT draws
 * the boxes between two key frames by linear interpolation, whatever the file says; so a box that was filled in is a key
 * frame, too, where that would give another.
 */
export function* trackElement({ id, label, boxes }: Track, video: Video): Generator<string, void, undefined> {
  yield `  <track id="${id}" label="${xml(label)}" source="auto">\n`;
  for (const run of runsOf(boxes)) {
    const keys = keyFrames(run, video);
    for (const [index, one] of run.entries()) yield boxElement(one, video, { key: keys[index] === true });
    const last = run.at(-1);
    if (last && last.n + 1 < video.frames) {
      yield boxElement({ ...last, n: last.n + 1 }, video, { key: true, outside: true });
    }
  }
  yield '  </track>\n';
}

/** Boxes of consecutive frames. */
function* runsOf(boxes: readonly BoxAt[]): Generator<readonly BoxAt[]> {
  let start = 0;
  for (let index = 1; index <= boxes.length; index++) {
    if (boxes[index]?.n === (boxes[index - 1]?.n ?? 0) + 1) continue;
    yield boxes.slice(start, index);
    start = index;
  }
}

/** For each box of a run, whether it is a key frame. */
function keyFrames(run: readonly BoxAt[], video: Video): boolean[] {
  const keys = run.map(({ filled }, index) => !filled || index === 0);
  for (let from = 0; from < run.length;) {
    let to = from + 1;
    while (to < run.length && keys[to] === false) to++;
    if (!isStraight(run.slice(from, to + 1), to < run.length, video)) keys.fill(true, from + 1, to);
    from = to;
  }
  return keys;
}

/**
 * Whether CVAT would draw the same boxes between the first and the last one.
 * @param closed the last box is a key frame; otherwise CVAT repeats the first one
 */
function isStraight(boxes: readonly BoxAt[], closed: boolean, { width, height }: Video): boolean {
  const first = boxes[0];
  const last = closed ? boxes.at(-1) : first;
  if (!first || !last) return true;
  return boxes.every(({ n, box }) =>
    box.every((edge, k) => {
      const [a = 0, b = 0] = [first.box[k], last.box[k]];
      const share = last.n === first.n ? 0 : (n - first.n) / (last.n - first.n);
      return Math.abs(a + (b - a) * share - edge) * (k % 2 === 0 ? width : height) <= TOLERANCE;
    }),
  );
}

function boxElement(
  { n, box: [x1, y1, x2, y2] }: BoxAt,
  { width, height }: Video,
  { key, outside = false }: { readonly key: boolean; readonly outside?: boolean },
): string {
  const edges = [
    `xtl="${(x1 * width).toFixed(2)}" ytl="${(y1 * height).toFixed(2)}"`,
    `xbr="${(x2 * width).toFixed(2)}" ybr="${(y2 * height).toFixed(2)}"`,
  ].join(' ');
  const flags = `keyframe="${key ? 1 : 0}" outside="${outside ? 1 : 0}" occluded="0"`;
  return `    <box frame="${n}" ${flags} ${edges} z_order="0"></box>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text for an element or attribute. XML 1.0 has no control characters, and no halves of surrogate pairs. */
export function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
