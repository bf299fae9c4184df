/* The page of a job, where there is JavaScript: kept up to date while the job is under way, a chart, and a player to jump in. */
import { drawChart } from './job-chart.js';
import { reloadWhenThere } from './reload.js';

const now = /** @type {HTMLElement} */ (document.getElementById('now'));
const video = /** @type {HTMLVideoElement | null} */ (document.getElementById('video'));
const chart = document.getElementById('chart');

/** @param {number} seconds */
function seek(seconds) {
  if (!video) return;
  video.currentTime = seconds;
  video.scrollIntoView({ block: 'nearest' });
}

function follow() {
  const events = new EventSource(String(now.dataset.events));
  events.addEventListener('now', (event) => {
    const focused = [...now.querySelectorAll('a, button')].indexOf(
      /** @type {Element} */ (document.activeElement),
    );
    now.innerHTML = JSON.parse(event.data).html;
    if (focused >= 0) /** @type {HTMLElement[]} */ ([...now.querySelectorAll('a, button')])[focused]?.focus();
  });
  events.addEventListener('ended', () => {
    events.close(); // it would come again while the page loads slowly
    location.reload();
  });
  events.addEventListener('error', () => {
    // it comes again by itself, unless it was refused
    if (events.readyState === EventSource.CLOSED) reloadWhenThere();
  });
}

if (now.dataset.events) follow();
for (const link of document.querySelectorAll('a[data-time]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    seek(Number(/** @type {HTMLElement} */ (link).dataset.time));
    void video?.play();
  });
}
if (chart) void drawChart(chart, video, seek);
