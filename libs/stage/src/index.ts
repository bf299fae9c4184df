export { Backoff, retryDelay } from './backoff';
export { StageError, Stopping } from './errors';
export type { StageContext, StageHandler, StageOutcome } from './handler';
export { StageModule, TIMELINE, WORKER_OPTIONS } from './stage.module';
export { StageWorker, type WorkerOptions } from './stage-worker';
export { HttpTimeline, LEASE_TOKEN_HEADER, LocalTimeline, type Timeline } from './timeline';
