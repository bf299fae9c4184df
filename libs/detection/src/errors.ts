import { BoxreelError } from '#errors';

/** Why a model cannot be used or an image cannot be detected on; the message is for the user. */
export class DetectionError extends BoxreelError {}

/** The manifest cannot be found, read or understood. */
export class BadManifestError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_MANIFEST', message, options);
  }
}

/** The model file is no model, or its graph is not what the manifest describes. */
export class ModelMismatchError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_MISMATCH', message, options);
  }
}

/** The model's source cannot be reached. */
export class ModelUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_UNAVAILABLE', message, options);
  }
}

/** A file that the user has to put somewhere by hand is not there; another try would fail the same way. */
export class ModelMissingError extends DetectionError {
  constructor(message: string) {
    super('MODEL_MISSING', message);
  }
}

/** What arrived is not, byte for byte, what the manifest pins. */
export class IntegrityMismatchError extends DetectionError {
  constructor(what: string, expected: string, actual: string) {
    super(
      'MODEL_INTEGRITY',
      `${what} is not the one the manifest pins: expected ${expected}, got ${actual}.`,
    );
  }
}

/** The model cannot be converted to ONNX. */
export class ConversionError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_CONVERSION', message, options);
  }
}

/** The picture cannot be read or decoded; another try would fail the same way. */
export class BadImageError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_IMAGE', message, options);
  }
}

/** The worker that held this picture died; the picture may be tried again. */
export class WorkerLostError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('WORKER_LOST', message, options);
  }
}

/** The queue is full; try again later. */
export class QueueFullError extends DetectionError {
  /** @param retryAfterS when there will probably be room, in whole seconds */
  constructor(limit: number, retryAfterS: number) {
    super(
      'QUEUE_FULL',
      `The detector's queue is full (${limit} pictures wait); try again in ${retryAfterS} s or later.`,
      { retryAfterS },
    );
  }
}

/** The device that was asked for does not work here. */
export class DeviceUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DEVICE_UNAVAILABLE', message, options);
  }
}

/** The detector cannot be started, could not be kept alive, or was closed. */
export class DetectorUnavailableError extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DETECTOR_UNAVAILABLE', message, options);
  }
}
