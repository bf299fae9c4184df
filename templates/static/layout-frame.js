/* The picture below the editor of lines and zones: a frame of the video without boxes or, failing that, an annotated one. */

/**
 * @param {HTMLElement} editor with the addresses of the video and of the annotated frame in its data
 * @param {HTMLElement} picture with an image and a canvas
 */
export function showFrames(editor, picture) {
  const { frame: annotated, src, copy, rate, frames } = editor.dataset;
  const image = /** @type {HTMLImageElement} */ (picture.querySelector('img'));
  const giveUp = () => (image.src = String(annotated));
  if (src === undefined) {
    giveUp();
    return;
  }
  const canvas = /** @type {HTMLCanvasElement} */ (picture.querySelector('canvas'));
  const slider = /** @type {HTMLInputElement} */ (document.getElementById('frame'));
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  const seek = () => {
    if (video.seeking) return; // one at a time: `seeked` continues
    video.currentTime = (Number(slider.value) + 0.5) / Number(rate); // the middle: browsers round at the edges
  };
  video.addEventListener('loadeddata', () => {
    if (video.videoWidth === 0) {
      tryNext(); // the browser plays only its sound
      return;
    }
    slider.max = String(Number(frames) - 1);
    /** @type {HTMLElement} */ (slider.parentElement).hidden = false;
    seek();
  });
  let shown = -1;
  video.addEventListener('seeked', () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    canvas.hidden = false;
    image.hidden = true;
    const wanted = Number(slider.value);
    if (shown !== wanted && Math.floor(video.currentTime * Number(rate)) !== wanted) seek();
    shown = wanted;
  });
  slider.addEventListener('input', seek);
  const addresses = [src, copy].filter((address) => address !== undefined);
  const tryNext = () => {
    const next = addresses.shift();
    if (next === undefined) giveUp();
    else video.src = next;
  };
  video.addEventListener('error', tryNext);
  tryNext();
}
