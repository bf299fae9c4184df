export { annotateJpeg, annotatePixels, decodeJpeg, drawDetections } from './annotate';
export * from './files';
export type { RgbImage } from './draw';
export { FrameBuffers, JpegBuffers } from './frame-buffers';
export { TrackStyle, type Drawn, type TrackStyleOptions } from './track-style';
export { objectThumbnail } from './thumbnail';
