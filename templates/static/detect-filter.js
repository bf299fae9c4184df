/* Applies thresholds to detections in the browser, as the engine does (libs/detection/src/output/nms.ts). */

/**
 * @typedef {object} Detection as returned by the API
 * @property {string} label
 * @property {number} classIndex
 * @property {number} score
 * @property {string} colour
 * @property {{ x1: number, y1: number, x2: number, y2: number }} box fractions of the image
 */

/**
 * Greedy non-maximum suppression per class.
 * @template {Pick<Detection, 'box' | 'classIndex' | 'score'>} T
 * @param {readonly T[]} detections
 * @param {object} thresholds
 * @param {number} thresholds.score detections must exceed it
 * @param {number} thresholds.iou overlap above which the weaker of two boxes of a class is dropped
 * @param {number} thresholds.max maximum number of detections
 * @returns {T[]} best first
 */
export function applyThresholds(detections, { score, iou, max }) {
  /** @type {T[]} */
  const kept = [];
  const strong = detections.filter((detection) => detection.score > score);
  for (const detection of strong.sort((a, b) => b.score - a.score)) {
    if (kept.length === max) break;
    const covered = kept.some(
      (better) => better.classIndex === detection.classIndex && overlap(better.box, detection.box) > iou,
    );
    if (!covered) kept.push(detection);
  }
  return kept;
}

/**
 * Intersection over union, 0..1.
 * @param {Detection['box']} a
 * @param {Detection['box']} b
 */
function overlap(a, b) {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

/** @param {Detection['box']} box */
function area({ x1, y1, x2, y2 }) {
  return (x2 - x1) * (y2 - y1);
}

/**
 * The classes of detections, most frequent first.
 * @template {Pick<Detection, 'label' | 'colour'>} T
 * @param {readonly T[]} detections
 * @returns {{ label: string, colour: string, count: number }[]}
 */
export function countClasses(detections) {
  /** @type {Map<string, { label: string, colour: string, count: number }>} */
  const classes = new Map();
  for (const { label, colour } of detections) {
    const entry = classes.get(label) ?? { label, colour, count: 0 };
    entry.count += 1;
    classes.set(label, entry);
  }
  return [...classes.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}
