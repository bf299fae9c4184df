export { annotateJpeg, annotatePixels, decodeJpeg, drawDetections } from './annotate';
export * from './files';
export { FrameBuffers, JpegBuffers } from './frame-buffers';
export { TrackStyle, type Drawn, type TrackStyleOptions } from './track-style';
