/* The buttons of the player, its keyboard shortcuts, and links to a moment. */

/** Elements that use keys themselves. */
const TAKES_ALL = 'input, select, textarea, [contenteditable], [role=slider], dialog[open]';
const TAKES_SPACE = 'a, button, summary, [role=button]';
const TAKES_ARROWS = '[role=region], pre';

/** Whether the shortcuts are on, in localStorage. */
const KEYS_OFF = 'boxreel-keys-off';

const PAUSE_OF_NOTE_MS = 4000;

/** @typedef {import('./player-clock.js').FrameClock} FrameClock */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {string} id @param {() => void} act */
function onClick(id, act) {
  document.getElementById(id)?.addEventListener('click', act);
}

/** @param {string} id @param {(on: boolean) => void} act */
function onToggle(id, act) {
  const button = document.getElementById(id);
  button?.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    act(on);
  });
}

/** @param {HTMLVideoElement} video */
function playOrPause(video) {
  if (video.paused)
    video.play().catch(() => undefined); // a video that cannot be played is reported by its error
  else video.pause();
}

function fullScreen() {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element('screen').requestFullscreen(); // with the boxes and the controls, not only the video
}

/**
 * @param {HTMLVideoElement} video
 * @param {FrameClock} clock
 * @param {{ boxes(on: boolean): void, beside(on: boolean): void, trails(on: boolean): void,
 *   ownColours(on: boolean): void, pick(x: number, y: number): boolean }} actions `pick`: whether something was there
 */
export function addControls(video, clock, actions) {
  onClick('play', () => playOrPause(video));
  onClick('back', () => clock.step(-1));
  onClick('forward', () => clock.step(1));
  onToggle('toggle-boxes', actions.boxes);
  onToggle('toggle-beside', actions.beside);
  onToggle('toggle-trails', actions.trails);
  onToggle('toggle-colours', actions.ownColours);
  onToggle('toggle-captions', (on) => {
    const [track] = video.textTracks;
    if (track) track.mode = on ? 'showing' : 'disabled';
  });
  onToggle('mute', (on) => (video.muted = on));
  /** @type {HTMLSelectElement} */
  const speed = element('speed');
  speed.value = '1'; // a reload would keep the last choice
  speed.addEventListener('change', () => (video.playbackRate = Number(speed.value)));
  const full = element('full');
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener('click', fullScreen);
  document.addEventListener('fullscreenchange', () => {
    full.textContent = document.fullscreenElement ? 'Leave full screen' : 'Full screen';
  });
  for (const event of ['play', 'pause', 'ended', 'emptied'])
    video.addEventListener(event, () => {
      element('play').setAttribute('aria-label', video.paused ? 'Play' : 'Pause');
      element('screen').classList.toggle('playing', !video.paused);
    });
  /** @type {HTMLInputElement} */
  const seek = element('seek');
  seek.addEventListener('input', () => clock.seekFrame(Number(seek.value)));
  element('screen')
    .querySelector('.stage')
    ?.addEventListener('click', (event) => {
      const { clientX, clientY } = /** @type {MouseEvent} */ (event);
      if (!actions.pick(clientX, clientY)) playOrPause(video);
    });
  onClick('copy-link', () => void copyLink(clock));
  addShortcuts(video, clock);
  addLinks(clock);
}

/** @param {HTMLVideoElement} video @param {FrameClock} clock */
function addShortcuts(video, clock) {
  /** @type {HTMLDialogElement} */
  const list = element('keys');
  /** @type {HTMLInputElement} */
  const on = element('keys-on');
  on.checked = localStorage.getItem(KEYS_OFF) === null;
  on.addEventListener('change', () => {
    if (on.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, '1');
  });
  onClick('show-keys', () => list.showModal());
  onClick('close-keys', () => list.close());
  list.addEventListener('click', ({ target }) => target === list && list.close());
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const shortcuts = {
    ' ': () => playOrPause(video),
    ',': () => clock.step(-1),
    '.': () => clock.step(1),
    ArrowLeft: ({ shiftKey }) => clock.skip(shiftKey ? -1 : -5),
    ArrowRight: ({ shiftKey }) => clock.skip(shiftKey ? 1 : 5),
    b: () => element('toggle-boxes').click(),
    f: fullScreen,
    '?': () => list.showModal(),
  };
  document.addEventListener('keydown', (event) => {
    const act = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : undefined;
    if (!act || !on.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const taken = [TAKES_ALL];
    if (event.key === ' ') taken.push(TAKES_SPACE);
    if (event.key.startsWith('Arrow')) taken.push(TAKES_ARROWS);
    if (event.target instanceof Element && event.target.closest(taken.join())) return;
    event.preventDefault();
    act(event);
  });
}

/** Follows `#t=12.3` and `#frame=300` in the address. @param {FrameClock} clock */
function addLinks(clock) {
  const follow = () => {
    const [, name, value] = /^#(t|frame)=(\d+(?:\.\d+)?)$/.exec(location.hash) ?? [];
    if (name === 't') clock.seek(Number(value));
    if (name === 'frame') clock.seekFrame(Math.floor(Number(value)));
  };
  addEventListener('hashchange', follow);
  follow();
}

/** @param {FrameClock} clock */
async function copyLink({ frame }) {
  history.replaceState(undefined, '', `#frame=${frame}`);
  try {
    await navigator.clipboard.writeText(location.href);
    note('Link copied.');
  } catch {
    note('The link is in the address bar.'); // browsers allow copying over HTTPS only
  }
}

/** @param {string} text */
function note(text) {
  const place = element('player-note');
  place.textContent = text;
  setTimeout(() => {
    if (place.textContent === text) place.textContent = '';
  }, PAUSE_OF_NOTE_MS);
}
