/* The table of jobs with JavaScript: rows arrive as HTML when they change. */
import { reloadWhenAvailable } from './reload.js';

const table = /** @type {HTMLTableElement} */ (document.getElementById('jobs'));
const body = table.tBodies[0];
const news = /** @type {HTMLElement} */ (document.getElementById('news'));
const status = /** @type {HTMLSelectElement} */ (document.querySelector('.filters select'));

/** New rows that are not in the table yet. @type {Map<string, HTMLElement>} */
const arrived = new Map();

/** @param {string} html @returns {HTMLElement} */
function toRow(html) {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** @param {HTMLElement} row */
const stateOf = (row) => row.querySelector('.state')?.textContent ?? '';

/**
 * Replaces a row and keeps its details open and its focus.
 * @param {HTMLElement} old @param {HTMLElement} row
 */
function replace(old, row) {
  const details = row.querySelector('details');
  if (details && old.querySelector('details')?.open) details.open = true;
  const image = old.querySelector('img');
  if (image) row.querySelector('img')?.replaceWith(image); // it is already loaded
  const focusables = 'a, button, summary';
  const focused = [...old.querySelectorAll(focusables)].indexOf(
    /** @type {Element} */ (document.activeElement),
  );
  const [before, after] = [stateOf(old), stateOf(row)];
  if (before !== after) news.textContent = `${row.querySelector('th a')?.textContent ?? ''}: ${after}`;
  old.replaceWith(row);
  const next = /** @type {HTMLElement | undefined} */ ([...row.querySelectorAll(focusables)][focused]);
  if (focused >= 0) next?.focus();
}

const events = new EventSource(String(table.dataset.events));
events.addEventListener('row', (event) => {
  const { id, html } = JSON.parse(event.data);
  const row = toRow(html);
  const old = document.getElementById(id);
  if (old) replace(old, row);
  else arrived.set(id, row);
});
events.addEventListener('rows', (event) => {
  /** @type {{ids: string[], older?: string}} */
  const { ids, older } = JSON.parse(event.data);
  for (const row of [...body.rows]) if (!ids.includes(row.id)) row.remove();
  ids.forEach((id, n) => {
    const row = arrived.get(id) ?? document.getElementById(id);
    if (row && body.rows[n] !== row) body.insertBefore(row, body.rows[n] ?? null);
  });
  arrived.clear();
  table.hidden = ids.length === 0;
  /** @type {HTMLElement} */ (document.getElementById('none')).hidden = ids.length > 0;
  const link = /** @type {HTMLAnchorElement} */ (document.getElementById('older'));
  link.href = older ?? '';
  /** @type {HTMLElement} */ (link.parentElement).hidden = older === undefined;
});
events.addEventListener('filters', (event) => {
  /** @type {{text: string}[]} */
  const filters = JSON.parse(event.data);
  filters.forEach(({ text }, n) => (status.options[n].textContent = text)); // same order as in the page
});
events.addEventListener('error', () => {
  // An EventSource reconnects by itself unless the server refused it.
  if (events.readyState === EventSource.CLOSED) reloadWhenAvailable();
});
