/* Tracked objects: a list of all, the one that is followed, and where each has been in the last second. */
import { clockTime } from './player-clock.js';

/** Entries of the list. */
const MAX_LISTED = 500;

/** Length of a trail, and its points. */
const TRAIL_SECONDS = 1;
const POINTS_PER_SECOND = 30;

/** @typedef {import('./player-boxes.js').BoxPages} BoxPages */
/**
 * @typedef {{ id: number, label: string, colour: string, firstFrame: number, lastFrame: number, firstTime: number,
 *   lastTime: number, bestScore: number | null }} Track
 */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * Where objects have been in the frames before `frame`, as far as they are loaded.
 * @param {BoxPages} pages @param {number} frame
 * @returns {Map<number, import('./player-layer.js').Point[]>} by track, oldest first
 */
export function trailsAt(pages, frame) {
  /** @type {Map<number, import('./player-layer.js').Point[]>} */
  const trails = new Map();
  const spacing = Math.max(1, Math.floor(pages.rate / POINTS_PER_SECOND));
  const first = Math.max(0, frame - Math.round(TRAIL_SECONDS * pages.rate));
  for (let n = first; n <= frame; n = n < frame ? Math.min(n + spacing, frame) : n + 1) {
    for (const [, , x1, , x2, y2, track] of pages.at(n) ?? []) {
      if (track === null) continue;
      const points = trails.get(track) ?? [];
      trails.set(track, points);
      points.push({ x: (x1 + x2) / 2, y: y2 });
    }
  }
  return trails;
}

/** The list of objects, and the one that is followed. */
export class TrackPanel {
  /**
   * @param {import('./player-clock.js').FrameClock} clock
   * @param {() => void} onChange
   */
  constructor(clock, onChange) {
    this.clock = clock;
    this.onChange = onChange;
    /** @type {number | undefined} */
    this.followed = undefined;
    /** By id. @type {Promise<Map<number, Track>> | undefined} */
    this.loading = undefined;
    const list = document.getElementById('tracks');
    if (!list) return;
    list.addEventListener('toggle', () => void this.fill());
    element('to-first').addEventListener('click', () => void this.jump(({ firstFrame }) => firstFrame));
    element('to-last').addEventListener('click', () => void this.jump(({ lastFrame }) => lastFrame));
    element('unfollow').addEventListener('click', () => void this.follow(undefined));
  }

  /** All tracks, loaded once. @returns {Promise<Map<number, Track>>} */
  load() {
    this.loading ??= this.read().catch((error) => {
      this.loading = undefined; // the next attempt loads again
      throw error;
    });
    return this.loading;
  }

  async read() {
    const response = await fetch(String(element('tracks').dataset.url));
    if (!response.ok) throw new Error(`The server returned ${response.status}.`);
    /** @type {{ tracks: Track[] }} */
    const { tracks } = await response.json();
    return new Map(tracks.map((track) => [track.id, track]));
  }

  /** Fills the list when it is opened. */
  async fill() {
    const list = /** @type {HTMLElement} */ (element('tracks').querySelector('ol'));
    if (list.children.length > 0) return;
    const note = element('tracks-note');
    try {
      const tracks = [...(await this.load()).values()];
      if (list.children.length > 0) return; // filled by an earlier call
      list.append(...tracks.slice(0, MAX_LISTED).map((track) => this.entry(track)));
      const more = tracks.length - MAX_LISTED;
      note.textContent =
        more > 0 ? `${more} more are in the CSV and JSON files.` : tracks.length === 0 ? 'No objects.' : '';
    } catch {
      note.textContent = 'The list cannot be loaded. Close it and open it again.';
    }
  }

  /** @param {Track} track */
  entry({ id, label, firstTime, lastTime, firstFrame }) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    const image = document.createElement('img');
    image.loading = 'lazy';
    image.alt = '';
    image.src = `${element('tracks').dataset.url}/${id}.jpg`;
    image.addEventListener('error', () => image.remove()); // jobs of many objects have images of the first ones only
    const [name, times] = [document.createElement('span'), document.createElement('span')];
    name.textContent = `${label} #${id}`;
    times.textContent = `${clockTime(firstTime)} to ${clockTime(lastTime)}`;
    button.append(image, name, times);
    button.addEventListener('click', () => {
      void this.follow(id);
      this.clock.seekFrame(firstFrame);
    });
    item.append(button);
    return item;
  }

  /** @param {number | undefined} id */
  async follow(id) {
    this.followed = id;
    const place = element('followed');
    place.hidden = id === undefined;
    this.onChange();
    if (id === undefined) return;
    const words = /** @type {HTMLElement} */ (place.firstElementChild);
    words.textContent = `Object #${id}`;
    const track = await this.load().then(
      (tracks) => tracks.get(id),
      () => undefined,
    );
    if (!track || this.followed !== id) return;
    const { label, firstTime, lastTime, bestScore } = track;
    const score = bestScore === null ? '' : `, best score ${bestScore.toFixed(2)}`;
    words.textContent = `Following ${label} #${id}: ${clockTime(firstTime)} to ${clockTime(lastTime)}${score}`;
  }

  /** @param {(track: Track) => number} frameOf */
  async jump(frameOf) {
    const { followed } = this;
    if (followed === undefined) return;
    const track = (await this.load().catch(() => undefined))?.get(followed);
    if (track) this.clock.seekFrame(frameOf(track));
  }
}
