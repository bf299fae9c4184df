/* Lines and zones over the video of the player, with the counts up to the shown frame. */
import { drawLayout } from './layout-draw.js';

/** @typedef {{ type: 'cross' | 'enter' | 'exit', frame: number, line?: string, zone?: string, direction?: 'left' | 'right', disappeared?: true }} LayoutEvent */
/** @typedef {{ layout: import('./layout-draw.js').Layout, events: LayoutEvent[] }} Counted */

/** Counts up to a frame: how many of these frames, in order, are not after it. @param {readonly number[]} frames @param {number} frame */
function upTo(frames, frame) {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * For each line and zone, its name and its counts at a frame in words.
 * @param {Counted} counted
 * @returns {{ name: string, at: (frame: number) => { short: string, long: string } }[]}
 */
function makeCounters({ layout, events }) {
  const framesOf = (/** @type {(event: LayoutEvent) => boolean} */ wanted) =>
    events.filter(wanted).map(({ frame }) => frame);
  const lines = layout.lines.map(({ name, directions }) => {
    const [left, right] = /** @type {const} */ (['left', 'right']).map((side) =>
      framesOf(({ line, direction }) => line === name && direction === side),
    );
    const words = { left: directions?.left ?? 'to the left', right: directions?.right ?? 'to the right' };
    const at = (/** @type {number} */ frame) => {
      const counts = [upTo(left ?? [], frame), upTo(right ?? [], frame)];
      return {
        short: counts.join(' / '),
        long: `${words.left} ${counts[0]}, ${words.right} ${counts[1]}`,
      };
    };
    return { name, at };
  });
  const zones = layout.zones.map(({ name }) => {
    const entries = framesOf(({ type, zone }) => zone === name && type === 'enter');
    // An object that disappears is still inside in the frame of its exit.
    const exits = events
      .filter(({ type, zone }) => zone === name && type === 'exit')
      .map(({ frame, disappeared }) => (disappeared ? frame + 1 : frame))
      .sort((a, b) => a - b);
    const at = (/** @type {number} */ frame) => {
      const entered = upTo(entries, frame);
      const inside = entered - upTo(exits, frame);
      return { short: String(inside), long: `${inside} inside, ${entered} entries` };
    };
    return { name, at };
  });
  return [...lines, ...zones];
}

/**
 * Adds the lines and zones of the job to the player, if it has any.
 * @param {HTMLElement} root the player
 * @param {HTMLCanvasElement} canvas over the video, whose place the drawing takes
 * @param {{ readonly frame: number }} clock
 * @returns {() => void} shows the counts at the current frame
 */
export function addLayout(root, canvas, clock) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'layout-drawing');
  svg.setAttribute('aria-hidden', 'true');
  /** @type {Counted | undefined} */
  let counted;
  /** @type {ReturnType<typeof makeCounters>} */
  let counters = [];
  let shown = '';
  const place = document.getElementById('live-counts');
  const update = () => {
    if (!counted || !place) return;
    const counts = counters.map(({ name, at }) => ({ name, ...at(clock.frame) }));
    const words = counts.map(({ name, long }) => `${name}: ${long}`);
    if (shown === words.join('\n')) return;
    shown = words.join('\n');
    const size = { width: canvas.width, height: canvas.height };
    drawLayout(svg, counted.layout, size, new Map(counts.map(({ name, short }) => [name, short])));
    place.querySelector('ul')?.replaceChildren(
      ...words.map((text) => {
        const item = document.createElement('li');
        item.textContent = text;
        return item;
      }),
    );
  };
  const fit = () => {
    for (const side of /** @type {const} */ (['left', 'top', 'width', 'height']))
      svg.style[side] = canvas.style[side];
    shown = '';
    update();
  };
  const { layout: url } = root.dataset;
  if (url === undefined || !place) return update;
  canvas.after(svg);
  new MutationObserver(fit).observe(canvas, { attributeFilter: ['style'] });
  const button = document.getElementById('toggle-layout');
  button?.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    svg.toggleAttribute('hidden', !on);
  });
  void fetch(url).then(async (response) => {
    if (!response.ok) return;
    counted = /** @type {Counted} */ (await response.json());
    counters = makeCounters(counted);
    place.hidden = false;
    fit();
  });
  return update;
}
