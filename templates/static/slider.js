/* Makes an element with role="slider" move through the bins of a video by keyboard. */

/** Bins per PageUp and PageDown. */
const PAGE = 10;

/**
 * @param {HTMLElement} element
 * @param {object} bins
 * @param {number} bins.count
 * @param {() => number} bins.current the bin at the current position
 * @param {(bin: number) => string} bins.describe
 * @param {(bin: number) => void} bins.onMove
 * @returns {() => void} call it when the position has changed
 */
export function makeSlider(element, { count, current, describe, onMove }) {
  const update = () => {
    const bin = current();
    element.setAttribute('aria-valuenow', String(bin));
    element.setAttribute('aria-valuetext', describe(bin));
  };
  element.setAttribute('aria-valuemin', '0');
  element.setAttribute('aria-valuemax', String(count - 1));
  element.addEventListener('keydown', (event) => {
    const bin = current();
    const wanted = {
      ...{ ArrowLeft: bin - 1, ArrowDown: bin - 1, ArrowRight: bin + 1, ArrowUp: bin + 1 },
      ...{ PageDown: bin - PAGE, PageUp: bin + PAGE, Home: 0, End: count - 1 },
    }[event.key];
    if (wanted === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onMove(Math.max(0, Math.min(count - 1, wanted)));
    update();
  });
  update();
  return update;
}

/** For example `2 person, 1 car`: the most in one frame of a bin. @param {Record<string, number[]>} counts @param {number} bin */
export function describeBin(counts, bin) {
  const found = Object.entries(counts).filter(([, of]) => (of[bin] ?? 0) > 0);
  return found.map(([label, of]) => `${of[bin]} ${label}`).join(', ') || 'no detections';
}
