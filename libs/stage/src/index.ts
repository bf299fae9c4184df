export { Backoff } from './backoff';
export { ExplainedError } from './errors';
export type { StageContext, StageHandler, StageOutcome } from './handler';
export { STAGE_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
export { TIMELINE, WORKER_OPTIONS, stageWorker } from './provider';
export { StageWorker, type WorkerOptions } from './stage-worker';
export { HttpTimeline, LEASE_TOKEN_HEADER, LocalTimeline, type Timeline } from './timeline';
