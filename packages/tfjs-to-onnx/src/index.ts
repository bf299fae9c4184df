export { TfjsConversionError } from './errors';
export { parseGraphModel, type GraphModel, type TfNode } from './graph-model';
export { OnnxGraph } from './onnx/graph';
export { convertSsd } from './ssd';
