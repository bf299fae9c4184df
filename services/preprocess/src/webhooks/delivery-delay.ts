const LONGEST_MS = 24 * 3_600_000;

/**
 * The wait before attempt `attempts + 1`, in milliseconds: doubles with each attempt up to a day, drawn from 75 to 125 %
 * of that, so that what failed together is not tried together. 10 s at first make 23 hours of 14 attempts.
 */
export function deliveryDelay(attempts: number, firstMs: number, random: () => number = Math.random): number {
  return Math.round(Math.min(firstMs * 2 ** (attempts - 1), LONGEST_MS) * (0.75 + random() / 2));
}
