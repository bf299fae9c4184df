/** A picture that was named cannot be looked at; the message says why. */
export class UnusablePicture extends Error {
  readonly code = 'NOT_A_PICTURE';
}
