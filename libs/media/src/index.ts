export { AviWriter, openAvi, type AviCodec, type AviOptions } from './assemble';
export { SNIFF_BYTES, sniffContainer, type Container } from './container';
export { MediaError, type MediaErrorCode } from './errors';
export { checkFfmpeg, notAVideo } from './ffmpeg';
export type { VideoFacts } from './facts';
export type { MediaLimits } from './limits';
export { PROBE_TIMEOUT_MS, probe, type ProbeOptions } from './probe';
export type { Rational } from './rational';
export { splitFrames, type SplitOptions } from './split';
