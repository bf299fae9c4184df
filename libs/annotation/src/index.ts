export { annotateJpeg, annotatePixels, decodeJpeg, drawDetections } from './annotate';
export * from './files';
export { FrameBuffers } from './frame-buffers';
