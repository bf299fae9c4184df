/* The job page with JavaScript: live updates while the job runs, a chart, and links that seek in the player. */
import { drawChart } from './job-chart.js';
import { patch, reloadWhenQuiet, whenReleased } from './live.js';
import { startPlayer } from './player.js';
import { reloadWhenAvailable } from './reload.js';

const now = /** @type {HTMLElement} */ (document.getElementById('now'));
const player = startPlayer();
const video = /** @type {HTMLVideoElement | null} */ (document.getElementById('video'));
const chart = document.getElementById('chart');

/** @param {number} seconds @param {{ scroll?: boolean }} [options] */
function seek(seconds, { scroll = true } = {}) {
  if (!video) return;
  if (player) player.seek(seconds);
  else video.currentTime = seconds;
  if (scroll) video.scrollIntoView({ block: 'nearest' });
}

function follow() {
  const events = new EventSource(String(now.dataset.events));
  events.addEventListener('now', (event) => {
    whenReleased(() => patch(now, JSON.parse(event.data).html));
  });
  events.addEventListener('ended', () => {
    events.close(); // or it reconnects while the page is still loading
    reloadWhenQuiet();
  });
  events.addEventListener('error', () => {
    // An EventSource reconnects by itself unless the server refused it.
    if (events.readyState === EventSource.CLOSED) reloadWhenAvailable();
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
