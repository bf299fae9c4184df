/** The file to check is missing or is not a model; the message says why. */
export class ModelCheckError extends Error {
  readonly code = 'NOT_A_MODEL';
}
