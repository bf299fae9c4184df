import { BoxreelError } from '#errors';

/** A model or an image cannot be used; the message is for the user. */
export class DetectionError extends BoxreelError {}

/** The manifest is missing, unreadable or invalid. */
export class BadManifestError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_MANIFEST', message, options);
  }
}

/** The model file is not a model, or its graph does not match the manifest. */
export class ModelMismatchError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_MISMATCH', message, options);
  }
}

/** The model cannot be downloaded. */
export class ModelUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_UNAVAILABLE', message, options);
  }
}

/** A file that the user has to provide is missing; a retry would fail in the same way. */
export class ModelMissingError extends DetectionError {
  constructor(message: string) {
    super('MODEL_MISSING', message);
  }
}

/** A download differs from the checksum in the manifest. */
export class IntegrityMismatchError extends DetectionError {
  constructor(what: string, expected: string, actual: string) {
    super('MODEL_INTEGRITY', `${what} does not match the manifest: expected ${expected}, got ${actual}.`);
  }
}

/** The model cannot be converted to ONNX. */
export class ConversionError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_CONVERSION', message, options);
  }
}

/** The image cannot be read or decoded; a retry would fail in the same way. */
export class BadImageError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_IMAGE', message, options);
  }
}

/** The worker that processed this image died; the image may be retried. */
export class WorkerLostError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('WORKER_LOST', message, options);
  }
}

/** The queue is full; try again later. */
export class QueueFullError extends DetectionError {
  /** @param retryAfterS estimated time until there is room, in whole seconds */
  constructor(limit: number, retryAfterS: number) {
    super(
      'QUEUE_FULL',
      `The detector's queue is full (${limit} images waiting). Retry in ${retryAfterS} s or later.`,
      { retryAfterS },
    );
  }
}

/** The requested device does not work here. */
export class DeviceUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DEVICE_UNAVAILABLE', message, options);
  }
}

/** The model cannot run in the requested precision here. The message has no full stop: it is a reason in other sentences. */
export class PrecisionUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('PRECISION_UNAVAILABLE', message, options);
  }
}

/** The detector could not start, has lost all workers, or was closed. */
export class DetectorUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DETECTOR_UNAVAILABLE', message, options);
  }
}
