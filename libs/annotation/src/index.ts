export { annotateJpeg, annotatePixels } from './annotate';
export { classColour, cssColour } from './colours';
export { AnnotationError } from './errors';
export { FrameBuffers } from './frame-buffers';
export { encodeFrame, readFrames, type FrameDetections } from './scores';
export { Summarizer, type Summary } from './summary';
export { formatTxt, parseTxt } from './txt';
