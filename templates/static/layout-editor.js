/* The editor of lines and zones. The form's text is what is saved; the editor reads it once and writes every change to it. */
import { Fields } from './layout-fields.js';
import { showFrames } from './layout-frame.js';
import { Overlay } from './layout-overlay.js';

const HINTS = {
  none: 'Add a line or a zone, then draw it on the picture, move its points, or type numbers.',
  line: 'Drag on the picture to draw the line, or move its points. The arrow points to its left.',
  zone: 'Click the corners on the picture in order, and the last one again to finish; or move the points.',
  move: 'Drag the points, or move them with the arrow keys; with Shift, ten times as far.',
  text: 'The JSON cannot be read, so the picture does not show it.',
};

/** @typedef {import('./layout-draw.js').Layout} Layout */
/** @typedef {import('./layout-draw.js').Point} Point */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

class Editor {
  constructor() {
    const root = element('editor');
    const { width, height } = root.dataset;
    /** @type {HTMLTextAreaElement} */
    this.text = element('text');
    /** @type {HTMLSelectElement} */
    this.anchor = element('anchor');
    /** @type {Layout} */
    this.layout = { anchor: 'bottom', lines: [], zones: [] };
    /** The new line that a drag draws, or the new zone whose corners clicks set. @type {'line' | 'zone' | undefined} */
    this.drawing = undefined;
    /** Whether clicks have replaced the first corners of the new zone. */
    this.begun = false;
    this.overlay = new Overlay(
      element('picture'),
      { width: Number(width), height: Number(height) },
      {
        moved: () => this.changed(),
        drag: (start, end, done) => this.drag(start, end, done),
        click: (at) => this.click(at),
        tap: (point) => this.tap(point),
        say: (text) => (element('hint').textContent = text),
      },
    );
    this.fields = new Fields(element('shapes'), {
      typed: () => this.changed(),
      rebuilt: () => this.rebuild(),
    });
    this.listen();
    root.hidden = false;
    /** @type {HTMLDetailsElement} */ (element('as-json')).open = false;
    showFrames(root, element('picture'));
    this.read();
  }

  listen() {
    element('add-line').addEventListener('click', () => this.add('line'));
    element('add-zone').addEventListener('click', () => this.add('zone'));
    this.anchor.addEventListener('change', () => {
      this.layout.anchor = this.anchor.value;
      this.changed();
    });
    this.text.addEventListener('change', () => this.read());
    const form = /** @type {HTMLFormElement} */ (element('layout'));
    form.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
      event.preventDefault(); // Enter in a number or a name must not save everything
      if (event.target.id === 'name')
        /** @type {HTMLElement | null} */ (form.querySelector('[name=store]'))?.click();
    });
  }

  /** Takes over the text. */
  read() {
    const layout = parse(this.text.value);
    element('hint').textContent = layout ? HINTS[this.count(layout) > 0 ? 'move' : 'none'] : HINTS.text;
    if (!layout) return;
    this.layout = layout;
    this.anchor.value = layout.anchor;
    this.drawing = undefined;
    this.fields.build(layout);
    this.overlay.draw(layout);
  }

  /** @param {Layout} layout */
  count({ lines, zones }) {
    return lines.length + zones.length;
  }

  /** Points or names have changed. */
  changed() {
    this.fields.update();
    this.overlay.draw(this.layout);
    this.text.value = JSON.stringify(this.layout, null, 1);
  }

  /** Lines, zones or corners were added or removed. */
  rebuild() {
    this.drawing = undefined;
    this.fields.build(this.layout);
    this.changed();
  }

  /** Adds a shape in the middle, to be drawn or moved. @param {'line' | 'zone'} kind */
  add(kind) {
    const { lines, zones } = this.layout;
    const name = this.freeName(kind === 'line' ? 'Line' : 'Zone');
    if (kind === 'line') lines.push({ name, from: [0.2, 0.5], to: [0.8, 0.5] });
    else zones.push({ name, points: [[0.35, 0.35], [0.65, 0.35], [0.65, 0.65], [0.35, 0.65]] }); // prettier-ignore
    this.rebuild();
    this.drawing = kind;
    this.begun = false;
    element('hint').textContent = HINTS[kind];
    const { handles } = this.overlay;
    const first = handles.findIndex(({ label }) => label.startsWith(`${name},`));
    this.overlay.focus(first);
  }

  /** @param {string} word */
  freeName(word) {
    const names = [...this.layout.lines, ...this.layout.zones].map(({ name }) => name);
    for (let n = 1; ; n++) if (!names.includes(`${word} ${n}`)) return `${word} ${n}`;
  }

  /** @param {Point} start @param {Point} end @param {boolean} done */
  drag(start, end, done) {
    const line = this.layout.lines.at(-1);
    if (this.drawing !== 'line' || !line) return;
    [line.from[0], line.from[1]] = start;
    [line.to[0], line.to[1]] = end;
    this.changed();
    if (done) this.finish();
  }

  /** Sets the next corner of the new zone. @param {Point} at */
  click(at) {
    const zone = this.layout.zones.at(-1);
    if (this.drawing !== 'zone' || !zone) return;
    if (!this.begun) zone.points = [];
    this.begun = true;
    zone.points.push(at);
    element('hint').textContent = `Corners: ${zone.points.length}. Click the last one again to finish.`;
    this.fields.build(this.layout);
    this.changed();
  }

  /** A click on a corner of the new zone finishes it. @param {Point} point */
  tap(point) {
    const points = this.layout.zones.at(-1)?.points ?? [];
    if (this.drawing === 'zone' && this.begun && points.length >= 3 && points.includes(point)) this.finish();
  }

  finish() {
    this.drawing = undefined;
    element('hint').textContent = HINTS.move;
  }
}

/** @param {string} text @returns {Layout | undefined} undefined unless it has the form of a layout */
function parse(text) {
  try {
    const { anchor = 'bottom', lines = [], zones = [] } = JSON.parse(text);
    const isPoint = (/** @type {unknown} */ one) =>
      Array.isArray(one) && one.length === 2 && one.every((value) => typeof value === 'number');
    const valid =
      lines.every((/** @type {any} */ line) => isPoint(line.from) && isPoint(line.to)) &&
      zones.every((/** @type {any} */ { points }) => Array.isArray(points) && points.every(isPoint));
    return valid ? { anchor, lines, zones } : undefined;
  } catch {
    return undefined;
  }
}

new Editor();
