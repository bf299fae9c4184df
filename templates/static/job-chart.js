/* Detections per class over the time of the video, as a line chart. */
import { describeBin, makeSlider } from './slider.js';

/** More lines would be hard to tell apart. */
const MAX_LINES = 8;

const HEIGHT = 220;

/** Seconds between time marks. */
const TIME_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/**
 * @param {HTMLElement} figure
 * @param {HTMLVideoElement | null} video
 * @param {(seconds: number, options?: { scroll?: boolean }) => void} seek
 */
export async function drawChart(figure, video, seek) {
  const response = await fetch(String(figure.dataset.summary));
  if (!response.ok) return;
  /** @type {{frameRate: number, classes: {label: string, colour: string}[], bins: {frames: number, counts: Record<string, number[]>}}} */
  const { frameRate, classes, bins } = await response.json();
  const shown = classes.slice(0, MAX_LINES);
  const labels = shown.map(({ label }) => label);
  const length = bins.counts[labels[0]].length;
  const seconds = bins.frames / frameRate;
  // The value of a bin holds until its end.
  const times = Array.from({ length: length + 1 }, (_, n) => n * seconds);
  const lines = labels.map((label) => [...bins.counts[label], bins.counts[label][length - 1]]);

  figure.hidden = false;
  const place = /** @type {HTMLElement} */ (figure.firstElementChild);
  const plot = new uPlot(options(place, shown, video), [times, ...lines], place);
  plot.over.addEventListener('click', () => {
    if (plot.cursor.left !== undefined) seek(Math.max(0, plot.posToVal(plot.cursor.left, 'x')));
  });
  let bin = 0;
  const update = makeSlider(place, {
    count: length,
    current: () => (video ? Math.min(length - 1, Math.floor(video.currentTime / seconds + 1e-6)) : bin),
    describe: (n) => `${timecode(n * seconds)}: ${describeBin(bins.counts, n)}`,
    onMove: (n) => {
      bin = n;
      plot.setCursor({ left: plot.valToPos((n + 0.5) * seconds, 'x'), top: HEIGHT / 4 });
      seek((n + 0.5) * seconds, { scroll: false }); // the chart has the focus and must stay in view
    },
  });
  const follow = () => {
    plot.redraw(false);
    update();
  };
  video?.addEventListener('timeupdate', follow);
  video?.addEventListener('seeked', follow);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
}

/**
 * How the chart looks.
 * @param {HTMLElement} place
 * @param {{label: string, colour: string}[]} shown a line each
 * @param {HTMLVideoElement | null} video
 * @returns {ConstructorParameters<typeof uPlot>[0]}
 */
function options(place, shown, video) {
  const text = getComputedStyle(place).color;
  const axis = { stroke: text, grid: { stroke: '#8884' }, ticks: { stroke: '#8884' } };
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const line = { width: 2, points: { show: false }, paths: steps };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max)] } },
    axes: [
      { ...axis, incrs: TIME_STEPS, space: 60, values: (_, ticks) => ticks.map(timecode) },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], size: 40 },
    ],
    series: [
      { label: 'Time', value: (_, at) => (at === null ? '' : timecode(at)) },
      ...shown.map(({ label, colour }) => ({ ...line, label, stroke: colour })),
    ],
    cursor: { drag: { x: false, y: false } },
    hooks: { draw: video ? [(self) => drawPosition(self, video.currentTime, text)] : [] },
  };
}

/**
 * Marks the position of the video.
 * @param {uPlot} plot @param {number} seconds @param {string} colour
 */
function drawPosition({ ctx, bbox, valToPos }, seconds, colour) {
  const x = valToPos(seconds, 'x', true);
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** In tenths of a second, rounded before splitting: 2.96 s is 0:03.0. @param {number} seconds */
function timecode(seconds) {
  const tenths = Math.round(seconds * 10);
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  const part = Number.isInteger(seconds) ? '' : `.${rest % 10}`;
  return `${minutes}:${String(Math.floor(rest / 10)).padStart(2, '0')}${part}`;
}
