/** ONNX Runtime without telemetry. Only this file may import the package. */
import './no-telemetry';
export { InferenceSession, Tensor } from 'onnxruntime-node';
