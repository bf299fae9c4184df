/* Reloads a page whose event stream was refused. */

/** Between two checks whether the page is available. */
const RELOAD_MS = 10_000;

/**
 * Reloads the page once the server can serve it. Until then the page stays: an error page of the browser or of a proxy
 * would never reload by itself.
 */
export function reloadWhenAvailable() {
  setTimeout(async () => {
    const response = await fetch(location.href, { method: 'HEAD' }).catch(() => undefined);
    // The reloaded page reports a deleted job or an expired session.
    if (response && response.status < 500) location.reload();
    else reloadWhenAvailable();
  }, RELOAD_MS);
}
