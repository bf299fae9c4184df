/* The points of lines and zones as handles over the picture: for the mouse, for touch and for the keyboard. */
import { drawLayout } from './layout-draw.js';

/** Steps of the arrow keys, as fractions of the frame; the larger one with Shift. */
const STEP = 0.005;
const LARGE_STEP = 0.05;

/** A line shorter than this, as a fraction of the frame, was a click. */
const CLICK = 0.01;

/** @typedef {import('./layout-draw.js').Point} Point */
/** @typedef {import('./layout-draw.js').Layout} Layout */

/** A point that a handle moves. @typedef {{ label: string, point: Point }} Handle */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** To a hundredth of a percent, within the frame. @param {number} value */
export const rounded = (value) => Math.round(Math.max(0, Math.min(1, value)) * 1e4) / 1e4;

/** @param {Point} point */
export const inPercent = ([x, y]) => `${Number((x * 100).toFixed(2))} %, ${Number((y * 100).toFixed(2))} %`;

export class Overlay {
  /**
   * @param {HTMLElement} picture
   * @param {{ width: number, height: number }} size of the frame
   * @param {{ moved: () => void, drag: (start: Point, end: Point, done: boolean) => void, click: (at: Point) => void, tap: (point: Point) => void, say: (text: string) => void }} on
   *   `moved`: a handle has moved its point; `drag` and `click`: on the picture, beside the
   *   handles; `tap`: a click on a handle
   */
  constructor(picture, size, on) {
    this.picture = picture;
    this.size = size;
    this.on = on;
    this.svg = /** @type {SVGElement} */ (picture.querySelector('svg'));
    this.place = /** @type {HTMLElement} */ (picture.querySelector('.handles'));
    /** @type {Handle[]} */
    this.handles = [];
    picture.style.setProperty('--ratio', String(size.width / size.height));
    picture.addEventListener('pointerdown', (event) => this.press(event));
    picture.addEventListener('keydown', (event) => this.key(event));
  }

  /** @param {Layout} layout */
  draw(layout) {
    drawLayout(this.svg, layout, this.size);
    this.handles = [
      ...layout.lines.flatMap(({ name, from, to }) => [
        { label: `${name}, start`, point: from },
        { label: `${name}, end`, point: to },
      ]),
      ...layout.zones.flatMap(({ name, points }) =>
        points.map((point, n) => ({ label: `${name}, corner ${n + 1}`, point })),
      ),
    ];
    // Buttons stay where they are in the document, so that none loses the focus.
    while (this.place.children.length > this.handles.length) this.place.lastElementChild?.remove();
    for (const [n, { label, point }] of this.handles.entries()) {
      const button = /** @type {HTMLButtonElement} */ (this.place.children[n] ?? this.addButton());
      button.style.left = `${point[0] * 100}%`;
      button.style.top = `${point[1] * 100}%`;
      button.setAttribute('aria-label', `${label}: ${inPercent(point)}`);
    }
  }

  addButton() {
    const button = document.createElement('button');
    button.type = 'button';
    this.place.append(button);
    return button;
  }

  /** @param {number} n */
  focus(n) {
    /** @type {HTMLElement | undefined} */ (this.place.children[n])?.focus();
  }

  /** @param {EventTarget | null} target */
  handleOf(target) {
    return this.handles[[...this.place.children].findIndex((button) => button === target)];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    event.preventDefault(); // no selection of text or picture
    const { target } = event;
    const handle = this.handleOf(target);
    if (handle) /** @type {HTMLElement} */ (target).focus();
    const start = this.at(event);
    this.picture.setPointerCapture(event.pointerId);
    const stop = new AbortController();
    const follow = (/** @type {PointerEvent} */ now, done = false) => {
      if (handle) this.move(handle, this.at(now));
      else if (far(start, this.at(now))) this.on.drag(start, this.at(now), done);
      else if (done) this.on.click(start);
    };
    this.picture.addEventListener('pointermove', (now) => follow(now), { signal: stop.signal });
    this.picture.addEventListener('pointercancel', () => stop.abort(), { signal: stop.signal });
    this.picture.addEventListener(
      'pointerup',
      (now) => {
        stop.abort();
        if (!handle || far(start, this.at(now))) follow(now, true);
        else this.on.tap(handle.point);
      },
      { signal: stop.signal },
    );
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const handle = this.handleOf(event.target);
    const direction = Object.hasOwn(ARROWS, event.key) ? ARROWS[event.key] : undefined;
    if (!handle || !direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [x, y] = handle.point;
    this.move(handle, [rounded(x + direction[0] * step), rounded(y + direction[1] * step)]);
    this.on.say(`${handle.label}: ${inPercent(handle.point)}`);
  }

  /** @param {Handle} handle @param {Point} to */
  move({ point }, to) {
    [point[0], point[1]] = to;
    this.on.moved();
  }

  /** @param {MouseEvent} event @returns {Point} */
  at({ clientX, clientY }) {
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    return [rounded((clientX - left) / width), rounded((clientY - top) / height)];
  }
}

/** @param {Point} a @param {Point} b */
function far(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) > CLICK;
}
