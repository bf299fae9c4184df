/* The table of jobs with JavaScript: changed rows arrive as HTML. */
import { patch, whenReleased } from './live.js';
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

/** @param {HTMLElement} old @param {HTMLElement} row */
function update(old, row) {
  const [before, after] = [stateOf(old), stateOf(row)];
  if (before !== after) news.textContent = `${row.querySelector('th a')?.textContent ?? ''}: ${after}`;
  patch(old, row);
}

/** @param {string[]} ids of all rows in order */
function arrange(ids) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  for (const row of [...body.rows]) if (!ids.includes(row.id)) row.remove();
  ids.forEach((id, n) => {
    const row = arrived.get(id) ?? document.getElementById(id);
    if (row && body.rows[n] !== row) body.insertBefore(row, body.rows[n] ?? null);
  });
  arrived.clear();
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

const events = new EventSource(String(table.dataset.events));

/** @param {string} name @param {(data: any) => void} apply */
function on(name, apply) {
  events.addEventListener(name, (event) => whenReleased(() => apply(JSON.parse(event.data))));
}

on('row', (/** @type {{ id: string, html: string }} */ { id, html }) => {
  const row = toRow(html);
  const old = document.getElementById(id);
  if (old) update(old, row);
  else arrived.set(id, row);
});
on('rows', (/** @type {{ ids: string[], next?: string }} */ { ids, next }) => {
  arrange(ids);
  table.hidden = ids.length === 0;
  /** @type {HTMLElement} */ (document.getElementById('none')).hidden = ids.length > 0;
  const link = /** @type {HTMLAnchorElement} */ (document.getElementById('next'));
  link.href = next ?? '';
  /** @type {HTMLElement} */ (link.parentElement).hidden = next === undefined;
});
on('filters', (/** @type {{ text: string }[]} */ filters) => {
  filters.forEach(({ text }, n) => (status.options[n].textContent = text)); // same order as in the page
});
events.addEventListener('error', () => {
  // An EventSource reconnects by itself unless the server refused it.
  if (events.readyState === EventSource.CLOSED) reloadWhenAvailable();
});
