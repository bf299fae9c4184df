/* Texts about files and their progress. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** @param {number} bytes */
export function sizeText(bytes) {
  const unit = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** @param {number} seconds */
export function timeText(seconds) {
  const s = Math.ceil(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return inUnits(s, 'min', 's');
  return inUnits(Math.floor(s / 60), 'h', 'min');
}

/**
 * Sixty of the small unit are one of the large; omits the small unit if it is zero.
 * @param {number} value @param {string} large @param {string} small
 */
function inUnits(value, large, small) {
  const rest = value % 60;
  return `${Math.floor(value / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** The upload speed over the last few seconds: older samples say little about the time left. */
export class Speed {
  static SECONDS = 8;

  constructor() {
    /** @type {{ at: number, bytes: number }[]} */
    this.samples = [];
  }

  /**
   * @param {number} at in milliseconds
   * @param {number} bytes sent so far
   */
  add(at, bytes) {
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - this.samples[0].at > Speed.SECONDS * 1000) this.samples.shift();
  }

  /** @returns {number | undefined} bytes per second; undefined while there are too few samples */
  perSecond() {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || last.at - first.at < 500 || last.bytes <= first.bytes) return undefined;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}

/**
 * @param {number} sent
 * @param {number} size
 * @param {number | undefined} perSecond
 */
export function progressText(sent, size, perSecond) {
  if (sent >= size) return 'Uploaded; the server is checking the file…';
  const share = `${Math.floor((100 * sent) / size)} % of ${sizeText(size)}`;
  if (perSecond === undefined) return share;
  return `${share}, ${sizeText(perSecond)}/s, ${timeText((size - sent) / perSecond)} left`;
}
