/* Which frame of the video is shown, and seeking by frames. Output frame n is shown from n / rate seconds on. */

/** After a seek, the shown frame is reported a little later, or not at all while the page is hidden. */
const SETTLE_MS = 250;

export class FrameClock {
  /**
   * @param {HTMLVideoElement} video
   * @param {{ rate: number, frames: number }} timeline
   * @param {() => void} onFrame called when `frame` has changed, and after every seek
   */
  constructor(video, { rate, frames }, onFrame) {
    this.video = video;
    this.rate = rate;
    this.frames = frames;
    this.onFrame = onFrame;
    /** The shown frame. */
    this.frame = 0;
    /** Where the last seek leads, until that frame is shown. @type {number | undefined} */
    this.target = undefined;
    /** A seek that waits for the one before. @type {number | undefined} */
    this.waiting = undefined;
    video.addEventListener('seeked', () => this.sought());
    video.addEventListener('loadedmetadata', () => this.sought());
    this.watch();
  }

  /** Follows the shown frames. */
  watch() {
    const { video } = this;
    if (!('requestVideoFrameCallback' in video)) {
      for (const event of ['timeupdate', 'seeked'])
        /** @type {HTMLVideoElement} */ (video).addEventListener(event, () => this.show(this.current()));
      return;
    }
    /** @type {VideoFrameRequestCallback} */
    const next = (_, { mediaTime }) => {
      this.show(this.frameAt(mediaTime, Math.round));
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  /** Seconds from the start of the shown frame. */
  get time() {
    return this.frame / this.rate;
  }

  get duration() {
    return this.frames / this.rate;
  }

  /** Seeks to the frame that is shown at a time. @param {number} seconds */
  seek(seconds) {
    this.seekFrame(Math.floor(seconds * this.rate + 1e-4));
  }

  /** Seeks by a number of frames from where the last seek leads. @param {number} frames */
  step(frames) {
    this.video.pause();
    this.seekFrame((this.target ?? this.frame) + frames);
  }

  /** Seeks by a time from where the last seek leads. @param {number} seconds */
  skip(seconds) {
    this.seekFrame((this.target ?? this.frame) + Math.round(seconds * this.rate));
  }

  /** Seeks to the middle of a frame: players round to either side of its edges. @param {number} frame */
  seekFrame(frame) {
    this.target = Math.max(0, Math.min(this.frames - 1, frame));
    if (this.video.readyState === 0 || this.video.seeking) {
      this.waiting = this.target; // one seek at a time: otherwise none would finish while a slider is dragged
      return;
    }
    this.waiting = undefined;
    this.video.currentTime = (this.target + 0.5) / this.rate;
  }

  sought() {
    if (this.waiting !== undefined) {
      this.seekFrame(this.waiting);
      return;
    }
    const { target } = this;
    setTimeout(() => {
      if (target === undefined || this.target !== target || this.video.seeking) return;
      this.target = undefined;
      this.show(this.current());
    }, SETTLE_MS);
  }

  /** The frame at the current time, which seeks set to the middle of a frame. */
  current() {
    return this.frameAt(this.video.currentTime, Math.floor);
  }

  /** @param {number} seconds @param {(value: number) => number} round */
  frameAt(seconds, round) {
    return Math.max(0, Math.min(this.frames - 1, round(seconds * this.rate)));
  }

  /** @param {number} frame */
  show(frame) {
    this.frame = frame;
    if (frame === this.target) this.target = undefined;
    this.onFrame();
  }
}

/** For example `0:07.320`. @param {number} seconds */
export function clockTime(seconds) {
  const ms = Math.round(seconds * 1000);
  const pad = (/** @type {number} */ value, digits = 2) => String(value).padStart(digits, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  const rest = `${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}
