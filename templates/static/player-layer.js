/* Draws boxes and labels on a canvas over a video, in the style of the annotated video (libs/annotation/src/annotate.ts). */

/** Line width and font size as shares of the mean side of the picture, and their minimum in pixels. */
const LINE = { share: 0.003, least: 2 };
const FONT = { share: 0.025, least: 12 };

/** Opacity of the other boxes while one is highlighted. */
const FAINT = 0.3;

/** @typedef {import('./player-boxes.js').Box} Box */
/** @typedef {{ x: number, y: number }} Point fractions of the frame */
/** @typedef {{ box: Box, label: string, colour: string, trail?: readonly Point[] }} Drawn a box with its class, and where its object has been */

export class BoxLayer {
  /**
   * @param {HTMLCanvasElement} canvas over `video` or, with `picture`, beside it
   * @param {HTMLVideoElement} video
   * @param {{ picture?: boolean }} [options] `picture`: draw the frame of the video below the boxes
   */
  constructor(canvas, video, { picture = false } = {}) {
    this.canvas = canvas;
    this.video = video;
    this.picture = picture;
  }

  /** Sizes the canvas to the part of its place that the picture fills, in pixels of the screen. */
  fit() {
    const { canvas, video } = this;
    const place = /** @type {HTMLElement} */ (canvas.parentElement);
    const [width, height] = [video.videoWidth || 16, video.videoHeight || 9];
    const scale = Math.min(place.clientWidth / width, place.clientHeight / height);
    const size = { width: width * scale, height: height * scale };
    canvas.style.left = `${(place.clientWidth - size.width) / 2}px`;
    canvas.style.top = `${(place.clientHeight - size.height) / 2}px`;
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
    canvas.width = Math.max(1, Math.round(size.width * devicePixelRatio));
    canvas.height = Math.max(1, Math.round(size.height * devicePixelRatio));
  }

  /**
   * @param {readonly Drawn[]} boxes best first; the best is drawn on top
   * @param {Drawn | undefined} [highlighted]
   */
  draw(boxes, highlighted) {
    const { canvas } = this;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    if (this.picture && this.video.readyState >= 2) context.drawImage(this.video, 0, 0, width, height);
    const side = (width + height) / 2;
    const size = ({ share, least } = LINE) =>
      Math.max(Math.round(side * share), Math.round(least * devicePixelRatio));
    const line = size(LINE);
    const opacity = (/** @type {Drawn} */ one) => (highlighted && one !== highlighted ? FAINT : 1);
    const weakestFirst = [...boxes].reverse();
    context.lineWidth = line;
    for (const one of weakestFirst) {
      context.globalAlpha = opacity(one);
      this.trail(context, one);
    }
    for (const one of weakestFirst) {
      const { x, y, width: wide, height: high } = this.pixels(one.box);
      context.globalAlpha = opacity(one);
      context.strokeStyle = one.colour;
      context.strokeRect(x + line / 2, y + line / 2, Math.max(0, wide - line), Math.max(0, high - line));
      if (one !== highlighted) continue;
      context.globalAlpha = 0.25;
      context.fillStyle = one.colour;
      context.fillRect(x, y, wide, high);
    }
    context.font = `${size(FONT)}px system-ui, "DejaVu Sans", sans-serif`;
    for (const one of weakestFirst) {
      context.globalAlpha = opacity(one);
      this.label(context, one, size(FONT));
    }
    context.globalAlpha = 1;
  }

  /** @param {Box} box */
  pixels([, , x1, y1, x2, y2]) {
    const { width, height } = this.canvas;
    const [x, y] = [Math.round(x1 * width), Math.round(y1 * height)];
    return { x, y, width: Math.round(x2 * width) - x, height: Math.round(y2 * height) - y };
  }

  /** @param {CanvasRenderingContext2D} context @param {Drawn} drawn */
  trail(context, { trail = [], colour }) {
    const { width, height } = this.canvas;
    context.strokeStyle = colour;
    context.beginPath();
    for (const { x, y } of trail) context.lineTo(x * width, y * height);
    context.stroke();
  }

  /**
   * @param {readonly Drawn[]} boxes best first
   * @param {number} x pixel of the page
   * @param {number} y
   * @returns {Drawn | undefined} the box that is drawn on top there
   */
  at(boxes, x, y) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [across, down] = [(x - left) / width, (y - top) / height];
    return boxes.find(
      ({ box: [, , x1, y1, x2, y2] }) => across >= x1 && across <= x2 && down >= y1 && down <= y2,
    );
  }

  /** @param {CanvasRenderingContext2D} context @param {Drawn} drawn @param {number} fontSize */
  label(context, { box, label, colour }, fontSize) {
    const [, score] = box;
    const name = nameOf(label, box);
    const text = score === null ? name : `${name} ${score.toFixed(2)}`;
    const padding = Math.ceil(fontSize / 4);
    const width = Math.ceil(context.measureText(text).width) + 2 * padding;
    const height = Math.ceil(fontSize * 1.4);
    const { x, y } = this.pixels(box);
    const left = Math.max(0, Math.min(x, this.canvas.width - width));
    const top = Math.min(y >= height ? y - height : y, this.canvas.height - height); // inside where it does not fit above
    context.fillStyle = colour;
    context.fillRect(left, top, width, height);
    context.fillStyle = textColour(colour);
    context.fillText(text, left + padding, top + Math.round(fontSize * 1.05));
  }
}

/** For example `person #3`, or `person` without a track. @param {string} label @param {Box} box */
export function nameOf(label, [, , , , , , track]) {
  return track === null ? label : `${label} #${track}`;
}

/** Black or white, whichever has more contrast (WCAG 2.1). @param {string} colour such as `#d9660b` */
function textColour(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? '#000' : '#fff';
}
