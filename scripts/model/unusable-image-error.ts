/** An image named on the command line cannot be used; the message says why. */
export class UnusableImageError extends Error {
  readonly code = 'NOT_A_PICTURE';
}
