export { AviWriter, openAvi, type AviCodec, type AviOptions } from './assemble';
export { MediaError, type MediaErrorCode } from './errors';
export { checkFfmpeg } from './ffmpeg';
export type { VideoFacts } from './facts';
export { probe, type ProbeOptions } from './probe';
export type { Rational } from './rational';
export { splitFrames, type SplitOptions } from './split';
