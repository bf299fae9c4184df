/** Detections as files and summaries, without the drawing: importing it does not load node-canvas. */
export { classColour, cssColour } from './colours';
export { AnnotationError } from './errors';
export { encodeFrame, readFrames, withScoreAbove, type FrameDetections } from './scores';
export { Summarizer, type Summary } from './summary';
export { formatTxt, parseTxt } from './txt';
