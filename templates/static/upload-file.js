/* One upload: its row on the page, and its transfer with the tus protocol. */
import { BASE } from './base.js';
import { STORED, storeImage } from './image-handover.js';
import { Speed, progressText, sizeText } from './upload-text.js';

/** @typedef {'chosen' | 'refused' | 'queued' | 'sending' | 'paused' | 'failed' | 'done' | 'gone'} State */

const ENDPOINT = `${BASE}/api/uploads`;

/** In milliseconds; retries for a day. */
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000, ...Array(2880).fill(30_000)];

/** Bytes per request, at most this much is lost when a connection drops: some proxies buffer whole requests. */
const CHUNK = 8 * 1024 * 1024;

/** Reconnect after this long without progress. */
const STALLED_MS = 30_000;

/** Buttons of each state. @type {Record<State, string[]>} */
const BUTTONS = {
  chosen: ['remove'],
  refused: ['remove'],
  queued: ['pause', 'cancel'],
  sending: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  failed: ['resume', 'cancel'],
  done: ['remove'],
  gone: [],
};

export class FileUpload {
  /**
   * @param {File} file
   * @param {{ onChange: (upload: FileUpload) => void, announce: (news: string) => void }} page
   */
  constructor(file, page) {
    this.file = file;
    this.page = page;
    /** @type {State} */
    this.state = 'chosen';
    /** Resolves when the checks in the browser are done. */
    this.checked = Promise.resolve();
    this.sent = 0;
    this.speed = new Speed();
    this.changedAt = 0;
    /** HTTP status of the last response; 0 if there is none. */
    this.status = 0;
    /** @type {import('tus-js-client').Upload | undefined} */
    this.upload = undefined;
    this.row = makeRow(file);
    for (const button of this.row.buttons) {
      button.addEventListener('click', () => this.press(String(button.dataset.do)));
    }
    this.show('chosen', `${sizeText(file.size)}. Press “Upload” to start.`);
  }

  /** @param {string} reason */
  refuse(reason) {
    if (this.file.type.startsWith('image/')) {
      this.row.link.href = `${BASE}/detect`;
      this.row.link.textContent = 'Open it on the image page';
      this.row.link.hidden = false;
      this.row.link.addEventListener('click', (event) => {
        event.preventDefault();
        void openOnImagePage(this.file);
      });
    }
    this.show('refused', reason);
    this.page.announce(`${this.file.name} cannot be uploaded. ${reason}`);
  }

  /** @param {Record<string, string>} fields the options of the job */
  enqueue(fields) {
    if (this.state !== 'chosen') return;
    this.fields = fields;
    this.show('queued', 'Queued.');
  }

  async start() {
    this.show('sending', 'Starting…');
    this.speed = new Speed();
    this.changedAt = performance.now();
    if (!this.upload) {
      this.upload = this.makeUpload();
      const [previous] = await this.upload.findPreviousUploads();
      if (previous) this.upload.resumeFromPreviousUpload(previous);
      this.note = previous && settingsNote(previous.metadata, this.fields ?? {});
      if (this.state !== 'sending') return; // paused or cancelled meanwhile
    }
    this.timer = setInterval(() => this.tick(), 1000);
    this.upload.start();
    this.page.announce(`${this.file.name}: upload started.`);
  }

  /** Retries now instead of after the delay. */
  retryNow() {
    if (this.state !== 'sending' || !this.upload) return;
    this.changedAt = performance.now();
    this.speed = new Speed();
    void this.upload.abort();
    this.upload.start();
  }

  /** @param {string} what */
  press(what) {
    if (what === 'resume') this.show('queued', 'Queued.');
    if (what === 'pause') {
      void this.upload?.abort();
      this.show('paused', `Paused at ${Math.floor((100 * this.sent) / this.file.size)} %.`);
    }
    if (what === 'cancel' || what === 'remove') {
      const started = what === 'cancel' ? this.upload : undefined;
      this.show('gone', '');
      this.row.item.remove();
      // If that fails, the upload is already a job or the server removes it later.
      started?.abort(true).catch(() => this.forget());
    }
  }

  /** Removes what the browser keeps to resume this upload. */
  async forget() {
    for (const { urlStorageKey } of (await this.upload?.findPreviousUploads()) ?? []) {
      await tus.defaultOptions.urlStorage.removeUpload(urlStorageKey);
    }
  }

  makeUpload() {
    return new tus.Upload(this.file, {
      endpoint: ENDPOINT,
      metadata: { ...this.fields, filename: this.file.name, filetype: this.file.type },
      chunkSize: CHUNK,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      onBeforeRequest: () => {
        this.status = 0;
      },
      onAfterResponse: (request, response) => {
        this.status = response.getStatus();
        // Otherwise tus-js-client starts over when the server is unavailable.
        const lost = [404, 410, 423].includes(this.status);
        if (request.getMethod() === 'HEAD' && this.status >= 300 && !lost) throw new Error('not now');
      },
      onShouldRetry: (error) => {
        const retry = this.status < 400 || this.status >= 500 || [409, 423, 429].includes(this.status);
        if (retry)
          this.setText(this.status >= 423 ? reasonOf(error, this.status) : 'The connection dropped.', true);
        return retry;
      },
      onProgress: (sent) => {
        if (sent !== this.sent) this.changedAt = performance.now();
        this.sent = sent;
        this.speed.add(performance.now(), sent);
        this.setText(progressText(sent, this.file.size, this.speed.perSecond()));
      },
      onError: (error) => {
        const reason = reasonOf(error, this.status);
        if (this.status === 400 && !this.upload?.url) {
          // An option of the job is wrong: the file stays chosen.
          this.upload = undefined;
          this.show('chosen', `${reason} Correct it and press “Upload” again.`);
          this.row.text.classList.add('failed');
          this.page.announce(`${this.file.name} was not uploaded. ${reason}`);
          return;
        }
        const permanent = this.status >= 400 && this.status < 500 && this.status !== 401;
        if (permanent) void this.forget();
        this.show(permanent ? 'refused' : 'failed', reason);
        this.page.announce(`${this.file.name} was not uploaded. ${reason}`);
      },
      onSuccess: ({ lastResponse }) => this.succeed(lastResponse.getHeader('Boxreel-Job')),
    });
  }

  /** @param {string | null | undefined} job */
  succeed(job) {
    this.sent = this.file.size;
    this.show('done', `${sizeText(this.file.size)} uploaded.`);
    if (job) {
      this.row.link.href = `${BASE}/jobs/${job}`;
      this.row.link.hidden = false;
      this.row.link.textContent = `Open job ${job}`;
    }
    this.page.announce(`${this.file.name} is uploaded.`);
  }

  tick() {
    if (this.sent < this.file.size && performance.now() - this.changedAt > STALLED_MS) this.retryNow();
  }

  /**
   * @param {string} text
   * @param {boolean} [retrying]
   */
  setText(text, retrying = false) {
    this.row.progress.value = this.sent / (this.file.size || 1);
    this.row.text.textContent = [text, retrying && 'Retrying…', this.note].filter(Boolean).join(' ');
  }

  /**
   * @param {State} state
   * @param {string} text
   */
  show(state, text) {
    this.state = state;
    if (state !== 'sending') clearInterval(this.timer);
    this.row.item.dataset.state = state;
    this.row.text.classList.toggle('failed', state === 'failed' || state === 'refused');
    this.row.text.classList.toggle('complete', state === 'done');
    this.row.progress.hidden = state === 'refused' || state === 'chosen';
    for (const button of this.row.buttons) {
      button.hidden = !BUTTONS[state].includes(String(button.dataset.do));
    }
    this.setText(text);
    this.page.onChange(this);
  }
}

/** @param {File} image */
async function openOnImagePage(image) {
  const stored = await storeImage(image).then(
    () => true,
    () => false, // the browser keeps nothing for this site: users choose the image again
  );
  location.assign(`${BASE}/detect${stored ? STORED : ''}`);
}

/** @param {File} file */
function makeRow(file) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById('upload-row'));
  const item = /** @type {HTMLLIElement} */ (template.content.cloneNode(true).firstChild);
  /** @template {Element} T @param {string} selector @returns {T} */
  const find = (selector) => /** @type {T} */ (item.querySelector(selector));
  const progress = /** @type {HTMLProgressElement} */ (find('progress'));
  const text = /** @type {HTMLElement} */ (find('.state'));
  const link = /** @type {HTMLAnchorElement} */ (find('a'));
  find('h3').textContent = file.name;
  progress.setAttribute('aria-label', file.name);
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (item.querySelectorAll('button'));
  for (const button of buttons) button.setAttribute('aria-label', `${button.textContent} ${file.name}`);
  return { item, progress, text, link, buttons: [...buttons] };
}

/**
 * The message of the server, or why there is none.
 * @param {Error | import('tus-js-client').DetailedError} error
 * @param {number} status
 * @returns {string}
 */
function reasonOf(error, status) {
  if (status === 401) return 'Your session has expired: log in, then choose the file again to resume.';
  const body = 'originalResponse' in error ? error.originalResponse?.getBody() : undefined;
  try {
    return JSON.parse(body ?? '').error.message;
  } catch {
    return status === 0
      ? 'Cannot reach the server.'
      : `The server cannot accept the upload right now (${status}).`;
  }
}

/**
 * Tells users which options a resumed upload has: those it was started with.
 * @param {Record<string, string>} before
 * @param {Record<string, string>} now
 */
function settingsNote(before, now) {
  const ofFile = ['filename', 'filetype'];
  const fields = Object.entries(before).filter(([name]) => !ofFile.includes(name));
  if (JSON.stringify(fields.sort()) === JSON.stringify(Object.entries(now).sort())) return 'Resuming.';
  const settings = fields.map(([name, value]) => `${name} ${value}`);
  return `Resuming with the original settings: ${settings.join(', ') || 'none'}.`;
}
