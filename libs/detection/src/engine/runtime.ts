/** ONNX Runtime with its telemetry switched off: the only file that may import the package. */
import './no-telemetry';
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- see above
export { InferenceSession, Tensor } from 'onnxruntime-node';
