/** What this library throws for reasons it knows: `code` is stable, the message is for the user. */
export class DetectionError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The manifest cannot be found, read or understood. */
export class BadManifest extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_MANIFEST', message, options);
  }
}

/** The model file is no model, or its graph is not what the manifest describes. */
export class ModelMismatch extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_MISMATCH', message, options);
  }
}

/** The model's source cannot be reached. */
export class ModelUnavailable extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_UNAVAILABLE', message, options);
  }
}

/** A file that the user has to put somewhere by hand is not there; another try would fail the same way. */
export class ModelMissing extends DetectionError {
  constructor(message: string) {
    super('MODEL_MISSING', message);
  }
}

/** What arrived is not, byte for byte, what the manifest pins. */
export class IntegrityMismatch extends DetectionError {
  constructor(what: string, expected: string, actual: string) {
    super(
      'MODEL_INTEGRITY',
      `${what} is not the one the manifest pins: expected ${expected}, got ${actual}.`,
    );
  }
}

/** The model cannot be converted to ONNX. */
export class ConversionFailed extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_CONVERSION', message, options);
  }
}

/** The picture cannot be read or decoded; another try would fail the same way. */
export class BadImage extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('BAD_IMAGE', message, options);
  }
}

/** The worker that held this picture died; the picture may be tried again. */
export class WorkerLost extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('WORKER_LOST', message, options);
  }
}

/** More pictures wait than the queue may hold; try again later. */
export class QueueFull extends DetectionError {
  constructor(
    limit: number,
    /** When there will probably be room, in whole seconds. */
    readonly retryAfterS: number,
  ) {
    super(
      'QUEUE_FULL',
      `The detector's queue is full (${limit} pictures wait); try again in ${retryAfterS} s or later.`,
    );
  }
}

/** The device that was asked for does not work here. */
export class DeviceUnavailable extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DEVICE_UNAVAILABLE', message, options);
  }
}

/** The detector cannot be started, could not be kept alive, or was closed. */
export class DetectorUnavailable extends DetectionError {
  constructor(message: string, options?: ErrorOptions) {
    super('DETECTOR_UNAVAILABLE', message, options);
  }
}
