/** In the format of TOTAL, such as `0:03:38.918000`. @param ms milliseconds, >= 0 */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.round(ms));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const hours = Math.floor(total / 3_600_000);
  const minutes = pad(Math.floor(total / 60_000) % 60, 2);
  const seconds = pad(Math.floor(total / 1000) % 60, 2);
  return `${hours}:${minutes}:${seconds}.${pad(total % 1000, 3)}000`;
}

/** For people: `0.4 s`, `12 s`, `30 min`, `3 min 5 s`, `2 h 10 min`. @param ms milliseconds, >= 0 */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return inUnits(whole, 'min', 's');
  return inUnits(Math.round(seconds / 60), 'h', 'min');
}

/** Sixty of the small unit are one of the large; omits the small unit if it is zero. */
function inUnits(value: number, large: string, small: string): string {
  const rest = value % 60;
  return `${Math.floor(value / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** A position in a video: `0:07`, `12:34`, `1:02:03`. @param seconds >= 0 */
export function formatTimecode(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  timeZone: 'UTC',
});

/** A time for people: `30 Nov 2026, 16:45 UTC`. */
export function formatMoment(time: Date): string {
  return `${MOMENT.format(time)} UTC`;
}

const INTEGER = new Intl.NumberFormat('en');

/** A number of things: `1 frame`, `1,234 frames`. */
export function formatCount(count: number, thing: string): string {
  return `${INTEGER.format(count)} ${thing}${count === 1 ? '' : 's'}`;
}
