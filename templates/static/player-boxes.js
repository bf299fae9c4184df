/* The boxes of a job, loaded in windows of frames around the playhead and kept in a bounded cache. */

/** Frames per window. */
const WINDOW = 240;

/** Boxes to keep, in all windows: about 20 MB. */
const MAX_KEPT = 150_000;

/** Pause after a failed request. */
const RETRY_MS = 3000;

/**
 * Class index, score (null if unknown), x1, y1, x2, y2, and the id of the track (null if it has none).
 * @typedef {[number, number | null, number, number, number, number, number | null]} Box
 */

/** A tracked object: its best score, null if unknown, and its own colour. @typedef {{ id: number, score: number | null, colour: string }} BoxTrack */

/** @typedef {{ classIndex: number, label: string, colour: string }} BoxClass */

/** @type {readonly Box[]} */
const NONE = [];

export class BoxPages {
  /**
   * @param {string} url
   * @param {{ rate: number, frames: number }} timeline
   * @param {() => void} onChange called after a window was loaded, or could not be
   */
  constructor(url, { rate, frames }, onChange) {
    this.url = url;
    this.rate = rate;
    this.frames = frames;
    this.onChange = onChange;
    /** Loaded classes by index. @type {Map<number, BoxClass>} */
    this.classes = new Map();
    /** Tracks of loaded boxes by id. @type {Map<number, BoxTrack>} */
    this.tracks = new Map();
    /** Least recently used first. @type {Map<number, { frames: Map<number, Box[]>, size: number }>} */
    this.windows = new Map();
    /** @type {Map<number, AbortController>} */
    this.loading = new Map();
    this.failed = false;
  }

  /**
   * @param {number} frame
   * @returns {readonly Box[] | undefined} best first; undefined if they are not loaded
   */
  at(frame) {
    const found = this.windows.get(Math.floor(frame / WINDOW));
    return found && (found.frames.get(frame) ?? NONE);
  }

  /**
   * Loads what is missing around a frame, and no longer what is far from it.
   * @param {number} frame
   * @param {number} ahead windows to load after the one of the frame
   */
  want(frame, ahead) {
    const first = Math.floor(frame / WINDOW);
    const last = Math.min(first + ahead, Math.floor((this.frames - 1) / WINDOW));
    for (const [n, request] of this.loading) if (n < first || n > last) request.abort();
    for (let n = first; n <= last; n++) {
      const known = this.windows.get(n);
      if (known) {
        this.windows.delete(n); // a Map keeps insertion order: re-inserted, it is the most recent
        this.windows.set(n, known);
      } else if (!this.loading.has(n) && !this.failed) void this.load(n);
    }
  }

  /** @param {number} n number of the window */
  async load(n) {
    const request = new AbortController();
    this.loading.set(n, request);
    try {
      const loaded = await this.read(n, request.signal);
      this.windows.set(n, loaded);
      this.evict();
    } catch {
      if (!request.signal.aborted) {
        this.failed = true;
        setTimeout(() => {
          this.failed = false;
          this.onChange();
        }, RETRY_MS);
      }
    }
    this.loading.delete(n);
    this.onChange(); // also after an abort: the window may be wanted again
  }

  /** @param {number} n @param {AbortSignal} signal */
  async read(n, signal) {
    /** @type {Map<number, Box[]>} */
    const frames = new Map();
    let size = 0;
    const query = new URLSearchParams({
      from: String((n * WINDOW) / this.rate),
      to: String(((n + 1) * WINDOW) / this.rate),
      limit: String(WINDOW),
    });
    for (;;) {
      const response = await fetch(`${this.url}?${query}`, { signal });
      if (!response.ok) throw new Error(`The server returned ${response.status}.`);
      /** @type {{ classes: BoxClass[], tracks: BoxTrack[], frames: { n: number, boxes: Box[] }[], nextCursor: string | null }} */
      const page = await response.json();
      for (const one of page.classes) this.classes.set(one.classIndex, one);
      for (const one of page.tracks) this.tracks.set(one.id, one);
      for (const { n: frame, boxes } of page.frames) {
        frames.set(frame, boxes);
        size += boxes.length;
      }
      if (page.nextCursor === null) return { frames, size };
      query.set('cursor', page.nextCursor);
    }
  }

  evict() {
    let kept = 0;
    for (const { size } of this.windows.values()) kept += size;
    for (const [n, { size }] of this.windows) {
      if (kept <= MAX_KEPT || this.windows.size <= 3) return;
      this.windows.delete(n);
      kept -= size;
    }
  }
}
