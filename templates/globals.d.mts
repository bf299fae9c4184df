import type * as tusClient from 'tus-js-client';

declare global {
  /** From /static/vendor/tus.js. */
  const tus: typeof tusClient;
}
