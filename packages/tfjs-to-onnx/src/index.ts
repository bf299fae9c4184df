export { TfjsConversionError } from './errors';
export { parseGraphModel, type GraphModel, type TfNode } from './graph-model';
export { OnnxGraph } from './onnx/graph';
export { readMetadata } from './onnx/metadata';
export { convertSsd } from './ssd';
export { QuantisationError } from './errors';
export { exposeActivations, quantise, type Ranges } from './quantise/quantise';
