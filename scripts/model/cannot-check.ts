/** What was to be checked is not right; the message says why. */
export class CannotCheck extends Error {
  readonly code = 'NOT_A_MODEL';
}
