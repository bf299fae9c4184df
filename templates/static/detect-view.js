/* Draws detections: boxes over the image, and a list. Pointing at one, or focusing it, highlights the other. */

/** @typedef {import('./detect-filter.js').Detection} Detection */

const SVG = 'http://www.w3.org/2000/svg';

/** With more boxes, only the highlighted one shows its label. */
const MAX_LABELS = 25;

/** Average width of a character of a label, in pixels; see detect.css. */
const CHARACTER = 6.9;
const LABEL_HEIGHT = 19;

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {string} colour */
export function swatch(colour) {
  const svg = shape('svg', { class: 'swatch', 'aria-hidden': 'true' });
  svg.append(shape('rect', { width: '100%', height: '100%', fill: colour }));
  return svg;
}

export class DetectionView {
  /**
   * @param {HTMLImageElement} image
   * @param {SVGElement} boxes over the image
   * @param {HTMLElement} list
   */
  constructor(image, boxes, list) {
    this.image = image;
    this.boxes = boxes;
    this.list = list;
    /** @type {readonly Detection[]} */
    this.shown = [];
    /** @type {number | undefined} */
    this.pointed = undefined;
    new ResizeObserver(() => this.drawBoxes()).observe(image);
  }

  /** @param {readonly Detection[]} detections best first */
  show(detections) {
    this.shown = detections;
    this.pointed = undefined;
    this.list.replaceChildren(...detections.map((detection, index) => this.entry(detection, index)));
    this.drawBoxes();
  }

  drawBoxes() {
    const { clientWidth: width, clientHeight: height } = this.image;
    this.boxes.setAttribute('viewBox', `0 0 ${width || 1} ${height || 1}`);
    this.boxes.classList.toggle('crowded', this.shown.length > MAX_LABELS);
    // the best one on top
    this.boxes.replaceChildren(
      ...this.shown.map((detection, index) => this.box(detection, index, { width, height })).reverse(),
    );
    this.highlight(this.pointed);
  }

  /**
   * @param {Detection} detection
   * @param {number} index
   * @param {{ width: number, height: number }} size of the drawing in pixels
   */
  box({ label, score, colour, box }, index, { width, height }) {
    const [x, y] = [box.x1 * width, box.y1 * height];
    const group = shape('g', { 'data-index': index });
    const size = { width: (box.x2 - box.x1) * width, height: (box.y2 - box.y1) * height };
    const text = `${label} ${score.toFixed(2)}`;
    const textWidth = text.length * CHARACTER + 10;
    const left = Math.max(0, Math.min(x, width - textWidth));
    const top = y >= LABEL_HEIGHT ? y - LABEL_HEIGHT : y;
    const tag = shape('g', { class: 'tag' });
    tag.append(
      shape('rect', { x: left, y: top, width: textWidth, height: LABEL_HEIGHT, class: 'back' }),
      shape('rect', { x: left, y: top, width: 4, height: LABEL_HEIGHT, fill: colour }),
    );
    const words = shape('text', { x: left + 8, y: top + 14 });
    words.textContent = text;
    tag.append(words);
    group.append(shape('rect', { x, y, ...size, class: 'box', stroke: colour, fill: colour }), tag);
    group.addEventListener('pointerenter', () => this.highlight(index, { scroll: true }));
    group.addEventListener('pointerleave', () => this.highlight(undefined));
    return group;
  }

  /**
   * @param {Detection} detection
   * @param {number} index
   */
  entry({ label, score, colour }, index) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.index = String(index);
    const value = document.createElement('span');
    value.textContent = score.toFixed(2);
    button.append(swatch(colour), label, ' ', value);
    for (const event of ['pointerenter', 'focus']) {
      button.addEventListener(event, () => this.highlight(index));
    }
    for (const event of ['pointerleave', 'blur']) {
      button.addEventListener(event, () => this.highlight(undefined));
    }
    item.append(button);
    return item;
  }

  /**
   * @param {number | undefined} index none if undefined
   * @param {{ scroll?: boolean }} [options]
   */
  highlight(index, { scroll = false } = {}) {
    this.pointed = index;
    this.boxes.classList.toggle('pointing', index !== undefined);
    const all = [...this.boxes.querySelectorAll('g[data-index]'), ...this.list.querySelectorAll('button')];
    for (const element of all) {
      const { index: own } = /** @type {HTMLElement | SVGElement} */ (element).dataset;
      element.classList.toggle('on', own === String(index));
    }
    if (!scroll || index === undefined) return;
    // scrollIntoView() would also move the page
    const entry = /** @type {HTMLElement} */ (this.list.children[index]);
    const hidden = entry.offsetTop < this.list.scrollTop;
    const below = entry.offsetTop + entry.offsetHeight > this.list.scrollTop + this.list.clientHeight;
    if (hidden || below) this.list.scrollTop = entry.offsetTop;
  }
}
