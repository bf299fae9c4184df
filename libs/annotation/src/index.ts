export { annotateJpeg, annotatePixels, drawDetections, labelText } from './annotate';
export { classColour, cssColour, type Rgb } from './colours';
export type { RgbImage } from './draw';
export { AnnotationError } from './errors';
export { FrameBuffers } from './frame-buffers';
export { encodeFrame, readFrames, type FrameDetections } from './scores';
export { Summarizer, type ClassSummary, type Peak, type Summary } from './summary';
export { formatTxt, parseTxt, type TxtDetection } from './txt';
