/* Live parts of a page: HTML from the server, patched in place so that no press, focus or selection is lost. */
import { Idiomorph } from './vendor/idiomorph.js';

/** Attributes that the user changes and the server does not know. */
const OF_USER = ['open', 'checked'];

/** A reload waits this long after the last press: it would cancel the navigation that the press has started. */
const QUIET_MS = 2000;

/** Updates that wait until the pointer is released. @type {(() => void)[]} */
const held = [];
let pressed = false;
let pressedAt = -Infinity;

/** @param {boolean} now */
function setPressed(now) {
  pressed = now;
  pressedAt = performance.now();
  if (pressed) return;
  // after the click, which follows the release
  setTimeout(() => {
    while (!pressed && held.length > 0) held.shift()?.();
  });
}

document.addEventListener('pointerdown', ({ button }) => button === 0 && setPressed(true), true);
for (const end of ['pointerup', 'pointercancel', 'dragend'])
  document.addEventListener(end, () => setPressed(false), true);
document.addEventListener('keydown', () => (pressedAt = performance.now()), true);
document.addEventListener(
  'pointermove',
  // the release was outside of the window
  ({ buttons }) => pressed && buttons === 0 && setPressed(false),
  true,
);

/**
 * Runs an update of the page now or, during a press, right after its click: an element that moves away meanwhile gets
 * no click.
 * @param {() => void} update
 */
export function whenReleased(update) {
  if (pressed || held.length > 0) held.push(update);
  else update();
}

/** Reloads the page when nothing has been pressed for a moment. */
export function reloadWhenQuiet() {
  const rest = pressedAt + QUIET_MS - performance.now();
  if (pressed || rest > 0) setTimeout(reloadWhenQuiet, Math.max(rest, 100));
  else location.reload();
}

/**
 * Changes an element to match HTML, and keeps everything that is equal: nodes, focus, selection, open details.
 * @param {Element} element
 * @param {string | Element} html its content, or an element like it
 */
export function patch(element, html) {
  Idiomorph.morph(element, html, {
    morphStyle: typeof html === 'string' ? 'innerHTML' : 'outerHTML',
    callbacks: { beforeAttributeUpdated: (name) => !OF_USER.includes(name) },
  });
}
