/** The model cannot be converted to ONNX; the message explains why. */
export class TfjsConversionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
