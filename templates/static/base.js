/* The address of this server, for requests and links. */

/** Prefix of every path of this server, such as `/boxreel`; empty by default. See BASE_PATH. */
export const BASE = document.documentElement.dataset.base ?? '';
