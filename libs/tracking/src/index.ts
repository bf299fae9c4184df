export { assign, NONE } from './assignment';
export type { TrackerDetection } from './associator';
export { Axis } from './axis';
export { iou, type Box } from './box';
export type { TrackerOptions } from './options';
export { TrackSummarizer, type TrackSummary } from './summary';
export { createTracker, type TrackerOutput } from './tracker';
export type { TrackedBox } from './window';
