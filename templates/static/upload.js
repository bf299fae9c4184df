/* The upload page with JavaScript: a queue of resumable uploads. Without JavaScript the form works. */
import { BASE } from './base.js';
import { problemOf } from './upload-check.js';
import { FileUpload } from './upload-file.js';
import { sizeText } from './upload-text.js';

/** Uploads at a time: a second one uses the bandwidth while the server finishes the first. */
const AT_ONCE = 2;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

/** @type {HTMLFormElement} */
const form = element('upload');
/** @type {HTMLInputElement} */
const chooser = element('file');
/** @type {HTMLInputElement} */
const classes = element('classes');

const limits = {
  bytes: Number(form.dataset.maxBytes),
  seconds: Number(form.dataset.maxSeconds),
  nameBytes: Number(form.dataset.maxNameBytes),
  endings: String(form.dataset.endings).split(','),
};

/** @type {FileUpload[]} */
let uploads = [];

const page = {
  /** @param {string} news for screen readers */
  announce(news) {
    element('news').textContent = news;
  },
  onChange() {
    uploads = uploads.filter(({ state }) => state !== 'gone');
    element('uploads').hidden = uploads.length === 0;
    const sending = uploads.filter(({ state }) => state === 'sending').length;
    const next = uploads.find(({ state }) => state === 'queued');
    if (next && sending < AT_ONCE) void next.start();
  },
};

/** @param {Iterable<File>} files */
async function add(files) {
  showProblem('');
  for (const file of files) {
    const { name, size, lastModified } = file;
    const twice = uploads.some(
      (other) =>
        other.state !== 'done' &&
        other.file.name === name &&
        other.file.size === size &&
        other.file.lastModified === lastModified,
    );
    if (twice) {
      page.announce(`${name} is already in the list.`);
      continue;
    }
    const upload = new FileUpload(file, page);
    uploads.push(upload);
    element('uploads').querySelector('ul')?.append(upload.row.item);
    element('uploads').hidden = false;
    upload.checked = problemOf(file, limits).then((problem) => {
      if (problem !== undefined && upload.state !== 'gone') upload.refuse(problem);
    });
  }
}

/** @returns {Record<string, string>} the options of the job, without empty ones */
function fields() {
  const entries = [...new FormData(form)].filter(([name]) => name !== chooser.name);
  const texts = entries.map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(texts.filter(([, value]) => value !== ''));
}

/** @param {string} text empty to hide it */
function showProblem(text) {
  const problem = element('problem');
  problem.textContent = text;
  problem.hidden = text === '';
}

async function send() {
  const wanted = fields();
  const waiting = uploads.filter(({ state }) => state === 'chosen');
  showProblem(waiting.length === 0 ? 'Choose a video first.' : '');
  if (waiting.length === 0) chooser.focus();
  await Promise.all(waiting.map(({ checked }) => checked));
  for (const upload of waiting) upload.enqueue(wanted);
}

function receiveFiles() {
  chooser.multiple = true;
  chooser.required = false;
  element('drop-hint').hidden = false;
  chooser.addEventListener('change', () => {
    void add([...(chooser.files ?? [])]);
    chooser.value = ''; // lets users choose the same file again
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  for (const type of ['dragenter', 'dragover']) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.add('over');
    });
  }
  form.addEventListener('dragleave', (event) => {
    const to = event.relatedTarget;
    if (!(to instanceof window.Node) || !form.contains(to)) form.classList.remove('over');
  });
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    void add([...(event.dataTransfer?.files ?? [])]);
  });
  window.addEventListener('online', () => {
    for (const upload of uploads) upload.retryNow();
  });
}

/** Lists uploads that an earlier visit started. A page cannot keep their files: users choose them again. */
async function listUnfinished() {
  const storage = tus.defaultOptions.urlStorage;
  const section = element('unfinished');
  const list = /** @type {HTMLUListElement} */ (section.querySelector('ul'));
  const keptMs = Number(form.dataset.keepHours) * 3_600_000;
  for (const { uploadUrl, urlStorageKey, metadata, size, creationTime } of await storage.findAllUploads()) {
    if (!uploadUrl || Date.now() - Date.parse(creationTime) > keptMs) {
      await storage.removeUpload(urlStorageKey);
      continue;
    }
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Discard';
    button.setAttribute('aria-label', `Discard ${metadata.filename}`);
    button.addEventListener('click', () => {
      item.remove();
      section.hidden = list.children.length === 0;
      void storage.removeUpload(urlStorageKey);
      tus.Upload.terminate(uploadUrl, { ...tus.defaultOptions, retryDelays: null }).catch(() => undefined);
    });
    item.append(`${metadata.filename}, ${sizeText(size ?? 0)} `, button);
    list.append(item);
    section.hidden = false;
  }
}

/** Shows a checkbox for each class of the chosen model, kept in step with the text field. */
async function offerLabels() {
  const response = await fetch(`${BASE}/api/models`);
  if (!response.ok) return;
  /** @type {{ models: { name: string, labels: string[] }[] }} */
  const { models } = await response.json();
  /** @type {HTMLSelectElement} */
  const chosen = element('model');
  const details = element('labels');
  const fieldset = /** @type {HTMLFieldSetElement} */ (details.querySelector('fieldset'));
  const typed = () => classes.value.split(',').map((label) => label.trim().toLowerCase());
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...fieldset.querySelectorAll('input')]);

  const show = () => {
    const labels = models.find(({ name }) => name === chosen.value)?.labels ?? [];
    details.hidden = labels.length === 0;
    const legend = fieldset.querySelector('legend') ?? '';
    fieldset.replaceChildren(legend, ...labels.map(makeBox));
    tick();
  };
  const tick = () => {
    const wanted = typed();
    for (const box of boxes()) box.checked = wanted.includes(box.value.toLowerCase());
  };
  fieldset.addEventListener('change', () => {
    classes.value = boxes()
      .filter((box) => box.checked)
      .map((box) => box.value)
      .join(', ');
  });
  classes.addEventListener('input', tick);
  chosen.addEventListener('change', show);
  show();
}

/** @param {string} label */
function makeBox(label) {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.value = label;
  const line = document.createElement('label');
  line.append(box, ` ${label}`);
  return line;
}

if (typeof tus !== 'undefined' && tus.isSupported) {
  receiveFiles();
  void listUnfinished();
  void offerLabels();
}
