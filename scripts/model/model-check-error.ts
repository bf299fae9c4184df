/** The file to check is missing or is not a model; the message explains why. */
export class ModelCheckError extends Error {
  readonly code = 'NOT_A_MODEL';
}
