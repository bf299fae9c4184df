/* Loading a page again when its stream of events was refused. */

/** How long to wait before asking for the page again. */
const RELOAD_MS = 10_000;

/**
 * Loads the page again once the server has it. While it has not, the page stays: in its place would come an error of
 * the browser or of a proxy, which nothing loads again.
 */
export function reloadWhenThere() {
  setTimeout(async () => {
    const answer = await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
    // a job that is gone, or a log-in that has ended, is told by the page that comes
    if (answer && answer.status < 500) location.reload();
    else reloadWhenThere();
  }, RELOAD_MS);
}
