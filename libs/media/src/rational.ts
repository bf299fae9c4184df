/** An exact ratio, such as a frame rate of 30000/1001. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** Parses `30000/1001` or `4:3`; undefined for anything but a positive ratio (such as ffprobe's `0/0` and `N/A`). */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)[/:](\d+)$/.exec(text ?? '');
  if (!match) return undefined;
  const num = Number(match[1]);
  const den = Number(match[2]);
  return num > 0 && den > 0 ? { num, den } : undefined;
}

/** Rounds to a thousandth: 29.97 becomes 2997/100. */
export function toRational(value: number): Rational {
  return reduce(Math.max(1, Math.round(value * 1000)), 1000);
}

export function toNumber({ num, den }: Rational): number {
  return num / den;
}

/** The ratio in lowest terms. */
export function reduce(num: number, den: number): Rational {
  let [a, b] = [num, den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}
