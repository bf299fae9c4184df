/* The classes over time, one coloured row each, directly below the player. */
import { swatch } from './detect-view.js';
import { clockTime } from './player-clock.js';
import { describeBin, makeSlider } from './slider.js';

/** More rows would push the page down; the chart has the same limit. */
const MAX_ROWS = 8;

/** Height of a row in CSS pixels; see player.css. */
const ROW = 14;

/** @typedef {{ frameRate: number, frames: number, classes: { label: string, colour: string, classIndex: number }[], bins: { frames: number, counts: Record<string, number[]> } }} Summary */

/**
 * @param {HTMLElement} figure
 * @param {Summary} summary
 * @param {import('./player-clock.js').FrameClock} clock
 * @returns {() => void} call it when the frame has changed
 */
export function addStrip(figure, { classes, bins }, clock) {
  const rows = classes.slice(0, MAX_ROWS);
  const place = /** @type {HTMLElement} */ (figure.querySelector('.time'));
  const head = /** @type {HTMLElement} */ (figure.querySelector('.head'));
  const canvas = /** @type {HTMLCanvasElement} */ (figure.querySelector('canvas'));
  figure.querySelector('ul')?.replaceChildren(
    ...rows.map(({ label, colour }) => {
      const item = document.createElement('li');
      item.append(swatch(colour), label);
      return item;
    }),
  );
  figure.hidden = false;
  const count = bins.counts[rows[0]?.label ?? '']?.length ?? 1;
  const bin = () => Math.min(count - 1, Math.floor((clock.target ?? clock.frame) / bins.frames));
  const update = makeSlider(place, {
    count,
    current: bin,
    describe: (n) => `${clockTime((n * bins.frames) / clock.rate)}: ${describeBin(bins.counts, n)}`,
    onMove: (n) => clock.seekFrame(n * bins.frames),
  });
  /** @param {PointerEvent} event */
  const seek = ({ clientX }) => {
    const { left, width } = place.getBoundingClientRect();
    clock.seekFrame(Math.floor(((clientX - left) / width) * clock.frames));
  };
  place.addEventListener('pointerdown', (event) => {
    place.setPointerCapture(event.pointerId);
    seek(event);
  });
  place.addEventListener('pointermove', (event) => {
    if (place.hasPointerCapture(event.pointerId)) seek(event);
  });
  new ResizeObserver(() => drawRows(canvas, rows, { ...bins, total: clock.frames })).observe(place);
  let last = -1;
  return () => {
    head.style.left = `${(100 * clock.frame) / clock.frames}%`;
    if (bin() === last) return;
    last = bin();
    update();
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Summary['classes']} rows
 * @param {{ frames: number, counts: Record<string, number[]>, total: number }} bins
 */
function drawRows(canvas, rows, { frames, counts, total }) {
  const width = canvas.clientWidth;
  canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
  canvas.height = Math.round(rows.length * ROW * devicePixelRatio);
  canvas.style.height = `${rows.length * ROW}px`;
  const context = canvas.getContext('2d');
  context?.scale(canvas.width / total, devicePixelRatio);
  for (const [row, { label, colour }] of rows.entries()) {
    const values = counts[label] ?? [];
    const most = Math.max(1, ...values);
    for (const [bin, value] of values.entries()) {
      if (!context || value === 0) continue;
      context.globalAlpha = 0.4 + (0.6 * value) / most;
      context.fillStyle = colour;
      context.fillRect(bin * frames, row * ROW + 2, frames, ROW - 4);
    }
  }
}
