/* Draws lines and zones as SVG, for the editor and the player. */

const SVG = 'http://www.w3.org/2000/svg';

/** Size of texts, and length of the arrow that points to the left of a line, as shares of the height. */
const TEXT = 0.045;
const ARROW = 0.05;

/** A place as fractions of the frame. @typedef {[x: number, y: number]} Point */
/** @typedef {{ name: string, from: Point, to: Point, directions?: { left?: string, right?: string } }} Line */
/** @typedef {{ name: string, points: Point[] }} Zone */
/** @typedef {{ anchor: string, lines: Line[], zones: Zone[] }} Layout */
/** @typedef {{ width: number, height: number }} Size of the frame in pixels */

/** @param {string} name @param {Record<string, string | number>} attributes */
function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * @param {Element} svg
 * @param {Layout} layout
 * @param {Size} size
 * @param {ReadonlyMap<string, string>} [notes] by name: shown after it
 */
export function drawLayout(svg, { lines, zones }, size, notes = new Map()) {
  svg.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  svg.replaceChildren(
    ...zones.flatMap((zone) => shapeOf(zone.points, 'zone', size, true)),
    ...lines.flatMap((line) => [
      ...shapeOf([line.from, line.to], 'line', size, false),
      ...shapeOf(arrow(line, size), 'line', size, false),
    ]),
    ...zones.map((zone) => label(zone.name, middle(zone.points), size, notes)),
    ...lines.map((line) => label(line.name, middle([line.from, line.to]), size, notes)),
  );
}

/**
 * Twice, so that it stands out from light and dark pictures.
 * @param {readonly Point[]} points @param {string} kind @param {Size} size @param {boolean} closed
 */
function shapeOf(points, kind, { width, height }, closed) {
  const path = points.map(([x, y]) => `${x * width},${y * height}`).join(' ');
  return ['edge', kind].map((name) => make(closed ? 'polygon' : 'polyline', { points: path, class: name }));
}

/**
 * From the middle of a line to its left.
 * @param {Line} line @param {Size} size
 * @returns {Point[]}
 */
function arrow({ from, to }, { width, height }) {
  const [dx, dy] = [(to[0] - from[0]) * width, (to[1] - from[1]) * height];
  const length = Math.hypot(dx, dy) || 1;
  const [ahead, aside] = [dx / length, dy / length].map((part) => part * ARROW * height);
  /** @type {(left: number, forward: number) => Point} a place in arrow lengths from the middle */
  const at = (left, forward) => [
    (from[0] + to[0]) / 2 + (aside * left + ahead * forward) / width,
    (from[1] + to[1]) / 2 + (aside * forward - ahead * left) / height,
  ];
  return [at(0, 0), at(1, 0), at(0.65, 0.35), at(1, 0), at(0.65, -0.35)];
}

/** @param {string} name @param {Point} at @param {Size} size @param {ReadonlyMap<string, string>} notes */
function label(name, [x, y], { width, height }, notes) {
  const text = make('text', { x: x * width, y: y * height, 'font-size': TEXT * height, dy: '1.2em' });
  const note = notes.get(name);
  text.textContent = note === undefined ? name : `${name}: ${note}`;
  return text;
}

/** @param {readonly Point[]} points @returns {Point} */
function middle(points) {
  const mean = (/** @type {0 | 1} */ n) =>
    points.reduce((sum, point) => sum + point[n], 0) / Math.max(1, points.length);
  return [mean(0), mean(1)];
}
