/* Where this server is, for scripts that ask it or link to it. */

/** What every path of this server starts with, such as `/boxreel`; mostly nothing. See BASE_PATH. */
export const BASE = document.documentElement.dataset.base ?? '';
