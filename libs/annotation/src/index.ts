export { annotateJpeg, annotatePixels } from './annotate';
export * from './files';
export { FrameBuffers } from './frame-buffers';
