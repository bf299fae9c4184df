/** In the format of TOTAL, such as `0:03:38.918000`. @param ms milliseconds, >= 0 */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.round(ms));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const hours = Math.floor(total / 3_600_000);
  const minutes = pad(Math.floor(total / 60_000) % 60, 2);
  const seconds = pad(Math.floor(total / 1000) % 60, 2);
  return `${hours}:${minutes}:${seconds}.${pad(total % 1000, 3)}000`;
}

/** For people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. @param ms milliseconds, >= 0 */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A position in a video: `0:07`, `12:34`, `1:02:03`. @param seconds >= 0 */
export function formatTimecode(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}
