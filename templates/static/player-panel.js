/* Beside the player: the score slider, a chip per class, and the boxes of the shown frame as a list. */
import { swatch } from './detect-view.js';
import { nameOf } from './player-layer.js';

/** @typedef {import('./player-boxes.js').Box} Box */
/** @typedef {import('./player-boxes.js').BoxClass} BoxClass */
/** @typedef {import('./player-layer.js').Drawn} Drawn */

/** Entries of the list. */
const MAX_LISTED = 100;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * Makes a toolbar one stop of the Tab key: arrow keys, Home and End move between its buttons, and Tab comes back to the
 * last one. @param {HTMLElement} toolbar
 */
function roveIn(toolbar) {
  toolbar.addEventListener('focusin', ({ target }) => {
    for (const button of toolbar.querySelectorAll('button')) button.tabIndex = button === target ? 0 : -1;
  });
  toolbar.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const buttons = [...toolbar.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === event.target);
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
    const place = Object.hasOwn(places, event.key) ? places[event.key] : undefined;
    if (at < 0 || place === undefined) return;
    event.preventDefault(); // the player skips with arrow keys
    buttons.at(place % buttons.length)?.focus();
  });
}

/** Which boxes are shown. */
export class Filter {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {HTMLInputElement} */
    this.slider = element('score');
    this.score = Number(this.slider.defaultValue);
    this.slider.value = this.slider.defaultValue; // a reload would keep the last position
    this.on = true;
    /** Classes that are switched off, by index. @type {Set<number>} */
    this.hidden = new Set();
    /** @type {Map<number, HTMLButtonElement>} */
    this.chips = new Map();
    /** @type {Map<number, BoxClass>} */
    this.classes = new Map();
    this.slider.addEventListener('input', () => {
      this.score = Number(this.slider.value);
      element('score-value').textContent = String(this.score);
      onChange();
    });
    roveIn(element('chips'));
  }

  /**
   * Whether the score of a box, or the best score of its track, passes.
   * @param {Box} box @param {ReadonlyMap<number, import('./player-boxes.js').BoxTrack>} tracks
   */
  strong([, score, , , , , track], tracks) {
    const best = track === null ? undefined : tracks.get(track);
    if (score === null || best?.score === null) return true;
    return Math.max(score, best?.score ?? 0) > this.score;
  }

  /** Labels that are shown; empty if all are. */
  get labels() {
    if (this.hidden.size === 0) return [];
    return [...this.classes.values()]
      .filter(({ classIndex }) => !this.hidden.has(classIndex))
      .map(({ label }) => label);
  }

  /** Adds chips for new classes. @param {Iterable<BoxClass>} classes */
  add(classes) {
    for (const one of classes) {
      if (this.classes.has(one.classIndex)) continue;
      this.classes.set(one.classIndex, one);
      const chip = document.createElement('button');
      chip.type = 'button';
      chip.className = 'chip';
      chip.tabIndex = this.chips.size === 0 ? 0 : -1;
      chip.setAttribute('aria-pressed', 'true');
      chip.append(swatch(one.colour), one.label, ' ', document.createElement('span'));
      chip.addEventListener('click', () => {
        if (!this.hidden.delete(one.classIndex)) this.hidden.add(one.classIndex);
        chip.setAttribute('aria-pressed', String(!this.hidden.has(one.classIndex)));
        this.onChange();
      });
      this.chips.set(one.classIndex, chip);
      element('chips').append(chip);
    }
  }

  /** Shows how many boxes of each class pass the score in this frame. @param {readonly Box[]} boxes */
  count(boxes) {
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const [classIndex] of boxes) counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
    for (const [classIndex, chip] of this.chips) {
      const text = String(counts.get(classIndex) ?? 0);
      const count = /** @type {HTMLElement} */ (chip.lastElementChild);
      if (count.textContent !== text) count.textContent = text;
    }
  }
}

/** The boxes of the shown frame. Pointing at an entry, or focusing it, highlights its box; pressing it follows its object. */
export class FrameList {
  /** @param {() => void} onHighlight @param {(track: number) => void} onFollow */
  constructor(onHighlight, onFollow) {
    this.onHighlight = onHighlight;
    this.onFollow = onFollow;
    this.list = element('here');
    /** @type {readonly Drawn[]} */
    this.shown = [];
    /** Number of the highlighted entry. @type {number | undefined} */
    this.at = undefined;
  }

  /** @returns {Drawn | undefined} */
  get highlighted() {
    return this.at === undefined ? undefined : this.shown[this.at];
  }

  /** @param {readonly Drawn[]} boxes best first @param {boolean} loaded */
  show(boxes, loaded) {
    this.shown = boxes;
    const listed = boxes.slice(0, MAX_LISTED);
    while (this.list.children.length > listed.length) this.list.lastElementChild?.remove();
    while (this.list.children.length < listed.length) this.list.append(this.entry(this.list.children.length));
    for (const [n, { box, label, colour }] of listed.entries()) {
      const button = /** @type {HTMLElement} */ (this.list.children[n]?.firstElementChild);
      const [mark, name, score] = button.children;
      mark?.firstElementChild?.setAttribute('fill', colour);
      if (name) name.textContent = nameOf(label, box);
      if (score) score.textContent = box[1] === null ? '' : box[1].toFixed(2);
    }
    element('nothing').hidden = !loaded || boxes.length > 0;
  }

  /** @param {number} n */
  entry(n) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.append(swatch('#000'), document.createElement('span'), document.createElement('span'));
    for (const event of ['pointerenter', 'focus']) button.addEventListener(event, () => this.highlight(n));
    button.addEventListener('click', () => {
      const track = this.shown[n]?.box[6] ?? null;
      if (track !== null) this.onFollow(track);
    });
    for (const event of ['pointerleave', 'blur'])
      button.addEventListener(event, () => this.highlight(undefined));
    item.append(button);
    return item;
  }

  /** @param {number | undefined} n */
  highlight(n) {
    this.at = n;
    this.onHighlight();
  }
}

/** For example `2 person, 1 car`. @param {readonly Drawn[]} boxes */
export function countsInWords(boxes) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { label } of boxes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => `${count} ${label}`).join(', ') || 'no boxes';
}
