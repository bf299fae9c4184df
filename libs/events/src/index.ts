export { countEvents } from './count-events';
export { createEventCounter } from './counter';
export { findEvents, readEvents, writeEvents } from './file';
export type { Counts } from './tallies';
