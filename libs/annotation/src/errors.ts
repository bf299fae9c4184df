/** Stable names of what can be wrong with a frame or with detections on disk. */
export type AnnotationErrorCode = 'BAD_TXT' | 'BAD_SCORES' | 'BAD_JPEG';

/** A frame or a file of detections that cannot be read, with the place where it goes wrong. */
export class AnnotationError extends Error {
  override readonly name = 'AnnotationError';

  constructor(
    readonly code: AnnotationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
