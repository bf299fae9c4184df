/* Checks a file before it is sent. The server has the last word. */
import { sizeText, timeText } from './upload-text.js';

/** How long the browser may take to read the duration of a video. */
const METADATA_MS = 4000;

/**
 * @typedef {object} Limits
 * @property {number} bytes
 * @property {number} seconds
 * @property {number} nameBytes
 * @property {string[]} endings such as ".mp4"
 */

/**
 * @param {File} file
 * @param {Limits} limits
 * @returns {Promise<string | undefined>} why it would be refused
 */
export async function problemOf(file, limits) {
  const name = file.name.toLowerCase();
  if (file.size === 0) return 'The file is empty.';
  if (file.size > limits.bytes) {
    return `The file is too large: ${sizeText(file.size)}; the limit is ${sizeText(limits.bytes)}.`;
  }
  if (new TextEncoder().encode(file.name).length > limits.nameBytes) {
    return `The file name is too long; the limit is ${limits.nameBytes} bytes.`;
  }
  // The server decides about files whose type the system does not know.
  const known = file.type.startsWith('video/') || limits.endings.some((ending) => name.endsWith(ending));
  if (!known && file.type.startsWith('image/')) {
    return 'This is an image, not a video. Detect objects in it on the image page.';
  }
  if (!known && file.type !== '') {
    return `Not a video (${file.type}). Supported: ${limits.endings.join(', ')}.`;
  }
  const seconds = await durationOf(file);
  if (seconds !== undefined && seconds > limits.seconds) {
    return `The video is too long: ${timeText(seconds)}; the limit is ${timeText(limits.seconds)}.`;
  }
  return undefined;
}

/**
 * @param {File} file
 * @returns {Promise<number | undefined>} seconds; undefined if this browser cannot read the file
 */
async function durationOf(file) {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  /** @type {number | undefined} */
  let timer;
  try {
    await new Promise((resolve) => {
      for (const event of ['loadedmetadata', 'error']) video.addEventListener(event, resolve, { once: true });
      timer = setTimeout(resolve, METADATA_MS);
      video.preload = 'metadata';
      video.src = url;
    });
    return Number.isFinite(video.duration) ? video.duration : undefined;
  } finally {
    clearTimeout(timer);
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}
