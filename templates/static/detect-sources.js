/* Where an image may come from: the file chooser, drop, paste, the upload page, the sample, a frame of a video. */
import { STORED, takeImage } from './image-handover.js';

const JPEG_QUALITY = 0.92;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * @param {object} page
 * @param {(image: File) => void} page.onImage
 * @param {(problem: string) => void} page.onProblem
 */
export function offerSources({ onImage, onProblem }) {
  const frame = offerFrames(onImage, onProblem);
  /** @param {File | undefined} file */
  const take = (file) => {
    if (!file) return;
    if (file.type.startsWith('video/')) frame.open(file);
    else onImage(file);
  };

  /** @type {HTMLInputElement} */
  const chooser = element('image');
  chooser.addEventListener('change', () => {
    take(chooser.files?.[0]);
    chooser.value = ''; // lets users choose the same file again
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files[0]));
  offerDrop(take);
  if (location.hash === STORED) {
    history.replaceState(undefined, '', location.pathname); // a reload has no stored image
    void takeImage()
      .then(take)
      .catch(() => onProblem('The image cannot be read. Choose it here.'));
  }

  const sample = element('sample');
  sample.addEventListener('click', async () => {
    try {
      const response = await fetch(String(sample.dataset.file));
      if (!response.ok) throw new Error();
      onImage(new File([await response.blob()], 'sample.jpg', { type: 'image/jpeg' }));
    } catch {
      onProblem('The sample image cannot be loaded. Try again.');
    }
  });
}

/** @param {(file: File | undefined) => void} take */
function offerDrop(take) {
  const form = element('detect');
  for (const type of ['dragenter', 'dragover']) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.add('over');
    });
  }
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) form.classList.remove('over'); // left the window
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    take(event.dataTransfer?.files[0]);
  });
}

/**
 * @param {(image: File) => void} onImage
 * @param {(problem: string) => void} onProblem
 * @returns {{ open: (video: File) => void }}
 */
function offerFrames(onImage, onProblem) {
  const section = element('frame');
  const opener = element('open-video');
  /** @type {HTMLVideoElement} */
  const video = element('frame-video');
  /** @type {HTMLButtonElement} */
  const grab = element('grab');
  /** @type {HTMLInputElement} */
  const chooser = element('video-file');

  /** @param {boolean} open */
  const toggle = (open) => {
    section.hidden = !open;
    opener.setAttribute('aria-expanded', String(open));
    if (!open) video.pause();
  };
  /** @param {File} file */
  const load = (file) => {
    if (video.src) URL.revokeObjectURL(video.src);
    grab.disabled = true;
    video.src = URL.createObjectURL(file);
    video.hidden = false;
  };
  opener.addEventListener('click', () => toggle(section.hidden === true));
  chooser.addEventListener('change', () => {
    const file = chooser.files?.[0];
    if (file) load(file);
  });
  video.addEventListener('loadeddata', () => (grab.disabled = false));
  video.addEventListener('error', () => {
    video.hidden = true;
    onProblem('This browser cannot play the video. Upload it on the upload page instead.');
  });
  grab.addEventListener('click', async () => {
    video.pause();
    const image = await toJpeg(video);
    if (image) onImage(image);
    else onProblem('The frame cannot be read. Move to another one and try again.');
  });
  return {
    open(file) {
      toggle(true);
      load(file);
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<File | undefined>} the current frame
 */
async function toJpeg(video) {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  return blob
    ? new File([blob], `frame-${video.currentTime.toFixed(2)}s.jpg`, { type: blob.type })
    : undefined;
}
