/* The form that makes an MP4 with the boxes that the player shows. */

/** Between two requests for the state of an MP4. */
const POLL_MS = 1000;

/** @typedef {{ state: string, score: number, classes: string[], progress: { done: number, total: number | null } | null, error: { message: string } | null, links: { self: string, video: string } }} Mp4 */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/** @param {unknown} error */
const reason = (error) =>
  error instanceof TypeError
    ? 'Cannot reach the server. Try again.'
    : String(Reflect.get(Object(error), 'message'));

/** @param {string} url @param {RequestInit} [options] @returns {Promise<Mp4>} */
async function request(url, options) {
  const response = await fetch(url, options);
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body;
  throw new Error(body?.error?.message ?? `The server returned ${response.status}. Try again soon.`);
}

/** Writes the state of an MP4 into its entry. @param {HTMLElement} entry @param {Mp4} mp4 */
function describe(entry, { state, progress, error, links, score, classes }) {
  const [options, words] = [document.createElement('span'), document.createElement('span')];
  options.textContent = [`score > ${score}`, ...classes].join(', ');
  words.className = 'words';
  const done = progress?.total ? `${progress.done} of ${progress.total} frames` : 'being made';
  words.textContent =
    { waiting: 'waiting', running: done, failed: `failed: ${error?.message}`, done: 'ready' }[state] ?? state;
  entry.replaceChildren(options, ' ', words);
  if (state === 'running' && progress?.total) {
    const bar = document.createElement('progress');
    [bar.max, bar.value] = [progress.total, progress.done];
    bar.setAttribute('aria-label', 'Progress of the MP4');
    entry.append(' ', bar);
  }
  if (state === 'done') {
    const link = document.createElement('a');
    [link.href, link.textContent] = [links.video, 'Download'];
    link.download = `${links.self.split('/').slice(-3).join('-')}.mp4`;
    entry.append(' ', link);
  }
}

/** @param {HTMLElement} entry with the address of the state */
async function follow(entry) {
  for (;;) {
    await new Promise((next) => setTimeout(next, POLL_MS));
    try {
      const mp4 = await request(String(entry.dataset.self));
      describe(entry, mp4);
      if (mp4.state === 'done' || mp4.state === 'failed') return;
    } catch (error) {
      if (!(error instanceof TypeError)) {
        entry.append(` ${reason(error)}`);
        return;
      }
    }
  }
}

/** @param {Mp4} mp4 */
function list(mp4) {
  const { self } = mp4.links;
  const known = element('mp4s').querySelector(`[data-self="${CSS.escape(self)}"]`);
  const entry = /** @type {HTMLElement} */ (known ?? document.createElement('li'));
  entry.dataset.self = self;
  describe(entry, mp4);
  element('mp4s').prepend(entry);
  if (mp4.state !== 'done' && !known) void follow(entry);
}

/**
 * Makes the form work without leaving the page.
 * @returns {(score: number, labels: string[], nothing: boolean) => void} shows what the player shows in the form;
 *   `nothing`: all classes are off
 */
export function addMp4Form() {
  /** @type {HTMLFormElement | null} */
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('make-mp4'));
  if (!form) return () => undefined;
  /** @type {HTMLInputElement} */
  const score = element('mp4-score');
  /** @type {HTMLInputElement} */
  const classes = element('mp4-classes');
  const problem = element('mp4-problem');
  for (const entry of element('mp4s').querySelectorAll('[data-self]'))
    void follow(/** @type {HTMLElement} */ (entry));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.hidden = true;
    const labels = classes.value.split(',').map((label) => label.trim());
    const body = { score: Number(score.value), classes: labels.filter((label) => label !== '') };
    try {
      list(
        await request(String(form.dataset.api), {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }),
      );
    } catch (error) {
      problem.textContent = reason(error);
      problem.hidden = false;
    }
  });
  return (value, labels, nothing) => {
    score.value = String(value);
    classes.value = labels.join(', ');
    /** @type {HTMLButtonElement} */ (form.querySelector('button')).disabled = nothing;
  };
}
