/* One file on its way: its row on the page, and its upload by the tus protocol. */
import { BASE } from './base.js';
import { Speed, progressText, sizeText } from './upload-text.js';

/** @typedef {'chosen' | 'refused' | 'queued' | 'sending' | 'paused' | 'failed' | 'done' | 'gone'} State */

const ENDPOINT = `${BASE}/api/uploads`;

/** In milliseconds; a line that is away for long is tried for a day. */
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000, ...Array(2880).fill(30_000)];

/**
 * Bytes of one request. Browsers send a request again from its beginning when its line breaks, and some proxies pass it
 * on when they have all of it: this much is lost then, not everything since the upload began.
 */
const CHUNK = 8 * 1024 * 1024;

/** A line on which nothing goes for so long is given up for a new one. */
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
    /** Resolves when all is checked that can be before a byte is sent. */
    this.checked = Promise.resolve();
    this.sent = 0;
    this.speed = new Speed();
    this.changedAt = 0;
    /** Of the last answer; 0 while there is none. */
    this.status = 0;
    /** @type {import('tus-js-client').Upload | undefined} */
    this.upload = undefined;
    this.row = makeRow(file);
    for (const button of this.row.buttons) {
      button.addEventListener('click', () => this.press(String(button.dataset.do)));
    }
    this.show('chosen', `${sizeText(file.size)}. Waits for “Upload”.`);
  }

  /** @param {string} reason */
  refuse(reason) {
    this.show('refused', reason);
    this.page.announce(`${this.file.name} cannot be uploaded. ${reason}`);
  }

  /** @param {Record<string, string>} fields what is wanted of the job */
  enqueue(fields) {
    if (this.state !== 'chosen') return;
    this.fields = fields;
    this.show('queued', 'Waits for its turn.');
  }

  async start() {
    this.show('sending', 'Starts…');
    this.speed = new Speed();
    this.changedAt = performance.now();
    if (!this.upload) {
      this.upload = this.makeUpload();
      const [previous] = await this.upload.findPreviousUploads();
      if (previous) this.upload.resumeFromPreviousUpload(previous);
      this.note = previous && settingsNote(previous.metadata, this.fields ?? {});
      if (this.state !== 'sending') return; // it was paused or cancelled meanwhile
    }
    this.timer = setInterval(() => this.tick(), 1000);
    this.upload.start();
    this.page.announce(`${this.file.name}: the upload has begun.`);
  }

  /** Tries at once what would be tried later. */
  hurry() {
    if (this.state !== 'sending' || !this.upload) return;
    this.changedAt = performance.now();
    this.speed = new Speed();
    void this.upload.abort();
    this.upload.start();
  }

  /** @param {string} what */
  press(what) {
    if (what === 'resume') this.show('queued', 'Waits for its turn.');
    if (what === 'pause') {
      void this.upload?.abort();
      this.show('paused', `Paused at ${Math.floor((100 * this.sent) / this.file.size)} %.`);
    }
    if (what === 'cancel' || what === 'remove') {
      const begun = what === 'cancel' ? this.upload : undefined;
      this.show('gone', '');
      this.row.item.remove();
      // where it fails, because the line is down or it is a job already, the server has its own ways
      begun?.abort(true).catch(() => this.forget());
    }
  }

  /** Nothing can be gone on with. */
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
        // else the client would take a server that is away for an upload that is gone, and begin again
        const lost = [404, 410, 423].includes(this.status);
        if (request.getMethod() === 'HEAD' && this.status >= 300 && !lost) throw new Error('not now');
      },
      onShouldRetry: (error) => {
        const again = this.status < 400 || this.status >= 500 || [409, 423, 429].includes(this.status);
        if (again)
          this.say(this.status >= 423 ? reasonOf(error, this.status) : 'The connection broke.', true);
        return again;
      },
      onProgress: (sent) => {
        if (sent !== this.sent) this.changedAt = performance.now();
        this.sent = sent;
        this.speed.add(performance.now(), sent);
        this.say(progressText(sent, this.file.size, this.speed.perSecond()));
      },
      onError: (error) => {
        const reason = reasonOf(error, this.status);
        if (this.status === 400 && !this.upload?.url) {
          // what was chosen for the job is wrong, and not the file: that need not be chosen again
          this.upload = undefined;
          this.show('chosen', `${reason} Correct it and press “Upload” again.`);
          this.row.text.classList.add('failed');
          this.page.announce(`${this.file.name} was not uploaded. ${reason}`);
          return;
        }
        const forGood = this.status >= 400 && this.status < 500 && this.status !== 401;
        if (forGood) void this.forget();
        this.show(forGood ? 'refused' : 'failed', reason);
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
      this.row.link.textContent = `Open the job ${job}`;
    }
    this.page.announce(`${this.file.name} is uploaded.`);
  }

  tick() {
    if (this.sent < this.file.size && performance.now() - this.changedAt > STALLED_MS) this.hurry();
  }

  /**
   * @param {string} text
   * @param {boolean} [again]
   */
  say(text, again = false) {
    this.row.progress.value = this.sent / (this.file.size || 1);
    this.row.text.textContent = [text, again && 'Trying again…', this.note].filter(Boolean).join(' ');
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
    this.say(text);
    this.page.onChange(this);
  }
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
 * What the server said, as it said it.
 * @param {Error | import('tus-js-client').DetailedError} error
 * @param {number} status
 * @returns {string}
 */
function reasonOf(error, status) {
  if (status === 401) return 'You are no longer logged in: log in again, and choose the file again to go on.';
  const body = 'originalResponse' in error ? error.originalResponse?.getBody() : undefined;
  try {
    return JSON.parse(body ?? '').error.message;
  } catch {
    return status === 0
      ? 'The server cannot be reached.'
      : `The server cannot take it at the moment (${status}).`;
  }
}

/**
 * @param {Record<string, string>} before
 * @param {Record<string, string>} now
 */
function settingsNote(before, now) {
  const ofFile = ['filename', 'filetype'];
  const fields = Object.entries(before).filter(([name]) => !ofFile.includes(name));
  if (JSON.stringify(fields.sort()) === JSON.stringify(Object.entries(now).sort()))
    return 'Goes on where it was.';
  const settings = fields.map(([name, value]) => `${name} ${value}`);
  return `Goes on where it was, with the settings of then: ${settings.join(', ') || 'none'}.`;
}
