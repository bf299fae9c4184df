import type * as tusClient from 'tus-js-client';
import type UPlot from 'uplot';

declare global {
  /** From /static/vendor/tus.js. */
  const tus: typeof tusClient;
  /** From /static/vendor/uplot.js. */
  const uPlot: typeof UPlot;
  type uPlot = UPlot;
}
