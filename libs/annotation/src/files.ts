/** Detection file formats and summaries, without drawing code. Importing this module does not load node-canvas. */
export { classColour, cssColour } from './colours';
export { AnnotationError } from './errors';
export { FileCache } from './file-cache';
export { ScoreIndexes } from './score-index';
export {
  encodeFrame,
  readFrames,
  roundDetection,
  withScoreAbove,
  type FrameDetections,
  type TrackedDetection,
} from './scores';
export { Summarizer, type Summary } from './summary';
export { bestScores, isAbove, type BestScores } from './threshold';
export { findTracks, readTracks, writeTracks, type TrackEntry, type Tracks } from './tracks';
export { formatTxt, parseTxt } from './txt';
