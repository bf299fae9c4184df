/** The model cannot be converted to ONNX; the message explains why. */
export class TfjsConversionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The graph cannot run on 8-bit integers; the message explains why. */
export class QuantisationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
