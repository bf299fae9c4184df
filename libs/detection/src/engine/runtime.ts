/** ONNX Runtime without telemetry. Only this file may import the package. */
import './no-telemetry';
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- see above
export { InferenceSession, Tensor } from 'onnxruntime-node';
