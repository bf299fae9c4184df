/* The image page with JavaScript: one request per image and model; thresholds and classes apply in the browser. */
import { BASE } from './base.js';
import { applyThresholds, countClasses } from './detect-filter.js';
import { offerSources } from './detect-sources.js';
import { DetectionView, swatch } from './detect-view.js';

/** @typedef {import('./detect-filter.js').Detection} Detection */

/** The request asks for every detection that the sliders can show. */
const LOWEST = { score: '0.05', iou: '1', max: '1000' };

/** For a model whose defaults are unknown. */
const DEFAULTS = { score: 0.5, iou: 0.5, max: 100 };

/** In the order of processing. */
const TIMINGS = {
  queueMs: 'Waiting for the model',
  inputMs: 'Decoding and resizing',
  computeMs: 'Running the model',
  outputMs: 'Reading its output',
};

/** @template {Element} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));

/** @type {HTMLSelectElement} */
const model = element('model');
/** @type {HTMLInputElement} */
const score = element('score');
/** @type {HTMLInputElement} */
const iou = element('iou');
/** @type {HTMLElement} */
const chips = element('chips');
/** @type {HTMLImageElement} */
const picture = element('picture');
/** @type {HTMLElement} */
const live = element('live');
/** @type {HTMLElement} */
const problem = element('problem');
const view = new DetectionView(picture, element('boxes'), element('found'));

/** @type {Map<string, { score: number, iou: number, max: number }>} */
const defaults = new Map();
/** Models that need no NMS. @type {Set<string>} */
const withoutNms = new Set();
/** Labels that the user switched off. @type {Set<string>} */
const hidden = new Set();

/** @type {File | undefined} */
let image;
/** @type {{ model: string, image: { name: string }, detections: Detection[], timings: Record<string, number> } | undefined} */
let result;
let request = new AbortController();

/** @param {string} text */
function tell(text) {
  element('news').textContent = text;
}

/** @param {string | undefined} text */
function showProblem(text) {
  problem.hidden = text === undefined;
  problem.textContent = text ?? '';
}

/** The thresholds of the sliders. */
function thresholds() {
  const { max } = defaults.get(model.value) ?? DEFAULTS;
  return { score: Number(score.value), iou: Number(iou.value), max: Math.min(max, 1000) }; // the API's limit
}

/** The detections that pass the thresholds, and those of them that are shown. */
function filtered() {
  const passing = applyThresholds(result?.detections ?? [], thresholds());
  return { passing, shown: passing.filter(({ label }) => !hidden.has(label)) };
}

function show() {
  const { passing, shown } = filtered();
  element('score-value').textContent = Number(score.value).toFixed(2);
  element('iou-value').textContent = Number(iou.value).toFixed(2);
  view.show(shown);
  showChips(passing);
  const count = shown.length === 1 ? '1 object' : `${shown.length} objects`;
  element('count').textContent =
    passing.length === 0 ? 'No objects. Lower the score to see weaker detections.' : count;
  /** @type {HTMLButtonElement} */ (element('save-jpeg')).disabled = shown.length === 0;
}

/** @param {Detection[]} detections */
function showChips(detections) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.label;
  chips.replaceChildren(
    ...countClasses(detections).map(({ label, colour, count }) => {
      const chip = document.createElement('button');
      chip.type = 'button';
      chip.className = 'chip';
      chip.dataset.label = label;
      chip.setAttribute('aria-pressed', String(!hidden.has(label)));
      chip.append(swatch(colour), `${label} ${count}`);
      chip.addEventListener('click', () => {
        if (!hidden.delete(label)) hidden.add(label);
        show();
      });
      return chip;
    }),
  );
  if (focused !== undefined) {
    /** @type {HTMLElement | null} */ (chips.querySelector(`[data-label="${CSS.escape(focused)}"]`))?.focus();
  }
}

/**
 * @param {Record<string, string>} fields
 * @param {string} query
 * @param {AbortSignal} [signal]
 */
async function send(fields, query = '', signal) {
  const form = new FormData();
  if (image) form.append('image', image);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const response = await fetch(`${BASE}/api/detect${query}`, { method: 'POST', body: form, signal });
  if (response.ok) return response;
  const body = await response.json().catch(() => undefined);
  throw new Error(body?.error?.message ?? `The server returned ${response.status}. Try again soon.`);
}

async function detect() {
  if (!image) return;
  request.abort();
  const own = (request = new AbortController());
  showProblem(undefined);
  tell('Detecting…');
  live.setAttribute('aria-busy', 'true');
  try {
    const response = await send({ ...LOWEST, model: model.value }, '', own.signal);
    result = await response.json();
    showTimings(result?.timings ?? {});
    show();
    live.hidden = false;
    view.drawBoxes();
    tell(`${element('count').textContent} in ${image.name}.`);
  } catch (error) {
    if (own.signal.aborted) return; // a newer request is running
    result = undefined;
    live.hidden = true;
    tell('');
    showProblem(
      error instanceof TypeError
        ? 'Cannot reach the server. Try again.'
        : String(Reflect.get(Object(error), 'message')),
    );
  } finally {
    if (!own.signal.aborted) live.removeAttribute('aria-busy');
  }
}

/** @param {Record<string, number>} timings */
function showTimings({ totalMs, ...timings }) {
  const text = (/** @type {number} */ ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
  element('total').textContent = text(totalMs);
  element('timings').replaceChildren(
    ...Object.entries(TIMINGS).flatMap(([name, words]) => {
      const [term, value] = [document.createElement('dt'), document.createElement('dd')];
      [term.textContent, value.textContent] = [words, text(timings[name])];
      return [term, value];
    }),
  );
}

/** @param {File} chosen */
function take(chosen) {
  image = chosen;
  result = undefined;
  view.show([]);
  if (picture.src) URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(chosen);
  picture.alt = chosen.name;
  void detect();
}

/**
 * @param {Blob} blob
 * @param {string} ending
 */
function save(blob, ending) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${(image?.name ?? 'image').replace(/\.[^.]*$/, '')}${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function saveJpeg() {
  const { passing, shown } = filtered();
  const labels = [...new Set(shown.map(({ label }) => label))];
  const all = passing.length === shown.length;
  const fields = Object.entries({
    ...thresholds(),
    model: model.value,
    ...(!all && { classes: labels.join(',') }),
  });
  try {
    const named = Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
    save(await (await send(named, '?annotate=1')).blob(), '-boxes.jpg');
  } catch (error) {
    showProblem(String(Reflect.get(Object(error), 'message')));
  }
}

function useDefaults() {
  const chosen = defaults.get(model.value) ?? DEFAULTS;
  score.value = String(chosen.score);
  iou.disabled = withoutNms.has(model.value);
  iou.value = iou.disabled ? '1' : String(chosen.iou);
  const size = model.selectedOptions[0]?.dataset.size;
  element('model-input').textContent = size ? `Images are resized to ${size} pixels for this model.` : '';
}

async function start() {
  for (const part of document.querySelectorAll('.plain')) part.remove();
  for (const part of document.querySelectorAll('.live')) part.removeAttribute('hidden');
  offerSources({ onImage: take, onProblem: showProblem });
  score.addEventListener('input', show);
  iou.addEventListener('input', show);
  model.addEventListener('change', () => {
    useDefaults();
    void detect();
  });
  element('save-json').addEventListener('click', () => {
    const { model: name, image: about, timings } = result ?? {};
    const { shown: detections } = filtered();
    const text = JSON.stringify(
      { model: name, image: about, thresholds: thresholds(), detections, timings },
      undefined,
      2,
    );
    save(new Blob([text], { type: 'application/json' }), '.json');
  });
  element('save-jpeg').addEventListener('click', () => void saveJpeg());
  useDefaults();
  const response = await fetch(`${BASE}/api/models`).catch(() => undefined);
  if (!response?.ok) return;
  const { models } = await response.json();
  for (const { name, defaults: own, nms } of models) {
    if (own) defaults.set(name, own);
    if (nms === false) withoutNms.add(name);
  }
  useDefaults();
  if (result) show();
}

void start();
