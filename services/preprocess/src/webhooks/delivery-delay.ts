const MAX_MS = 24 * 3_600_000;

/**
 * The delay before attempt `attempts + 1`, in milliseconds: doubles with each attempt up to a day, with a jitter of
 * 25 % that spreads simultaneous failures. With 10 s at first, 14 attempts take 23 hours.
 */
export function deliveryDelay(attempts: number, firstMs: number, random: () => number = Math.random): number {
  return Math.round(Math.min(firstMs * 2 ** (attempts - 1), MAX_MS) * (0.75 + random() / 2));
}
