/* The player of a job: the video without boxes, and the boxes as a layer that the browser draws. */
import { BoxPages } from './player-boxes.js';
import { FrameClock, clockTime } from './player-clock.js';
import { addControls } from './player-controls.js';
import { BoxLayer } from './player-layer.js';
import { addLayout } from './player-layout.js';
import { addMp4Form } from './player-mp4.js';
import { Filter, FrameList, countsInWords } from './player-panel.js';
import { addStrip } from './player-strip.js';
import { TrackPanel, trailsAt } from './player-tracks.js';

/** Between two updates of the texts while the video plays; the boxes follow every frame. */
const TEXTS_MS = 200;

/** The frame is read out once it stays. */
const NEWS_MS = 400;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

class Player {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const { rate, frames, boxes } = root.dataset;
    const timeline = { rate: Number(rate), frames: Number(frames) };
    /** @type {HTMLVideoElement} */
    this.video = element('video');
    this.over = new BoxLayer(/** @type {HTMLCanvasElement} */ (element('layer')), this.video);
    const beside = /** @type {HTMLCanvasElement} */ (element('beside').firstElementChild);
    this.beside = new BoxLayer(beside, this.video, { picture: true });
    this.filter = new Filter(() => this.filtered());
    this.list = new FrameList(
      () => this.draw(),
      (track) => void this.tracks.follow(track),
    );
    this.trails = true;
    this.ownColours = false;
    this.updateForm = addMp4Form();
    this.updateStrip = () => {};
    this.updateLayout = () => {};
    this.texts = 0;
    /** @type {readonly import('./player-layer.js').Drawn[] | undefined} */
    this.drawn = undefined;
    this.pages = new BoxPages(String(boxes), timeline, () => this.show());
    this.clock = new FrameClock(this.video, timeline, () => this.show());
    this.tracks = new TrackPanel(this.clock, () => this.draw());
    addControls(this.video, this.clock, {
      boxes: (on) => {
        this.filter.on = on;
        this.show();
      },
      beside: (on) => this.split(on),
      trails: (on) => {
        this.trails = on;
        this.show();
      },
      ownColours: (on) => {
        this.ownColours = on;
        this.show();
      },
      pick: (x, y) => this.pick(x, y),
    });
    this.updateLayout = addLayout(root, this.over.canvas, this.clock);
    this.follow();
    void this.addClasses();
  }

  /** Follows the video and its size. */
  follow() {
    const { video } = this;
    const fit = () => {
      for (const layer of [this.over, this.beside]) layer.fit();
      this.draw();
    };
    video.addEventListener('resize', () => {
      this.root.style.setProperty('--ratio', String(video.videoWidth / video.videoHeight));
      fit();
    });
    new ResizeObserver(fit).observe(element('screen'));
    new ResizeObserver(fit).observe(video);
    for (const event of ['play', 'pause', 'seeked']) video.addEventListener(event, () => this.show());
    video.addEventListener('error', () => this.refuse());
    video.addEventListener('loadedmetadata', () => {
      if (video.videoWidth === 0) this.refuse(); // the browser knows the container and the sound, but not the video
    });
    document.getElementById('use-copy')?.addEventListener('click', () => {
      element('unplayable').hidden = true;
      video.src = String(this.root.dataset.copy);
    });
    video.src = String(this.root.dataset.src);
  }

  /** Adds the classes of the summary as chips and as a strip. */
  async addClasses() {
    const { summary: url } = this.root.dataset;
    const response = url === undefined ? undefined : await fetch(url).catch(() => undefined);
    if (!response?.ok) return;
    const summary = await response.json();
    this.filter.add(summary.classes);
    this.updateStrip = addStrip(element('strip'), summary, this.clock);
    this.show();
  }

  /** The score or the classes have changed. */
  filtered() {
    this.texts = 0;
    this.show();
    const { score, labels, hidden, classes } = this.filter;
    this.updateForm(score, labels, hidden.size === classes.size && classes.size > 0);
  }

  /** Shows the current frame. */
  show() {
    const { clock, pages, filter, video } = this;
    const { frame } = clock;
    pages.want(frame, video.paused ? 0 : Math.ceil(video.playbackRate) + 1);
    const boxes = pages.at(frame);
    filter.add(pages.classes.values());
    const strong = (boxes ?? []).filter((box) => filter.strong(box, pages.tracks));
    const trails = this.trails ? trailsAt(pages, frame) : undefined;
    this.drawn = strong
      .filter(([classIndex]) => !filter.hidden.has(classIndex))
      .map((box) => {
        const ofClass = /** @type {import('./player-boxes.js').BoxClass} */ (pages.classes.get(box[0]));
        const track = box[6] === null ? undefined : pages.tracks.get(box[6]);
        const trail = track && trails?.get(track.id);
        return { box, ...ofClass, ...(this.ownColours && track), ...(trail && { trail }) };
      });
    this.draw();
    this.root.dataset.frame = boxes ? String(frame) : '';
    this.updateStrip();
    this.updateLayout();
    const now = performance.now();
    if (!video.paused && now - this.texts < TEXTS_MS) return;
    this.texts = now;
    this.describe(strong, boxes !== undefined);
  }

  draw() {
    const boxes = this.filter.on ? (this.drawn ?? []) : [];
    const { followed } = this.tracks;
    const highlighted =
      this.list.highlighted ?? boxes.find(({ box }) => followed !== undefined && box[6] === followed);
    const split = !element('beside').hidden;
    this.over.draw(split ? [] : boxes, highlighted);
    if (split) this.beside.draw(boxes, highlighted);
  }

  /**
   * Follows the object that is drawn at a place. @param {number} x pixel of the page @param {number} y
   * @returns {boolean} false if there is none
   */
  pick(x, y) {
    if (!this.filter.on) return false;
    const layer = element('beside').hidden ? this.over : this.beside;
    const track = layer.at(this.drawn ?? [], x, y)?.box[6] ?? null;
    if (track !== null) void this.tracks.follow(track === this.tracks.followed ? undefined : track);
    return track !== null;
  }

  /** @param {readonly import('./player-boxes.js').Box[]} strong @param {boolean} loaded */
  describe(strong, loaded) {
    const { clock, video, drawn = [] } = this;
    const { frame, time, duration } = clock;
    const position = `${clockTime(time)} / ${clockTime(duration)}, frame ${frame}`;
    element('position').textContent = position;
    /** @type {HTMLInputElement} */
    const seek = element('seek');
    if (clock.target === undefined) seek.value = String(frame);
    seek.setAttribute('aria-valuetext', position);
    this.filter.count(strong);
    this.list.show(drawn, loaded);
    clearTimeout(this.news);
    if (!video.paused || !loaded) return;
    this.news = setTimeout(() => {
      element('frame-news').textContent = `Frame ${frame}, ${clockTime(time)}: ${countsInWords(drawn)}`;
    }, NEWS_MS);
  }

  /** Shows the video on the left and the boxes on the right, or both as one. @param {boolean} on */
  split(on) {
    element('beside').hidden = !on;
    this.root.classList.toggle('split', on);
    for (const layer of [this.over, this.beside]) layer.fit();
    this.draw();
  }

  /** The browser cannot play the video: offers what there is. */
  refuse() {
    const { error } = this.video;
    const place = element('unplayable');
    const words = /** @type {HTMLElement} */ (place.firstElementChild);
    words.textContent =
      error?.code === MediaError.MEDIA_ERR_NETWORK
        ? 'The video cannot be loaded. Reload the page.'
        : 'This browser cannot play this video.';
    const copy = document.getElementById('use-copy');
    if (copy) copy.hidden = this.video.src.endsWith(String(this.root.dataset.copy));
    place.hidden = false;
  }
}

/**
 * Starts the player of the page, if it has one.
 * @returns {{ video: HTMLVideoElement, seek: (seconds: number) => void } | undefined}
 */
export function startPlayer() {
  const root = document.getElementById('player');
  if (!root) {
    addMp4Form();
    return undefined;
  }
  root.hidden = false;
  const { video, clock } = new Player(root);
  return { video, seek: (seconds) => clock.seek(seconds) };
}
