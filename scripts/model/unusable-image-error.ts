/** An image named on the command line cannot be used; the message explains why. */
export class UnusableImageError extends Error {
  readonly code = 'NOT_AN_IMAGE';
}
