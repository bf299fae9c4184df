export { Backoff } from './backoff';
export { ExplainedError } from './errors';
export type { StageContext, StageHandler, StageOutcome } from './handler';
export { STAGE_OBSERVER, type AttemptOutcome, type StageObserver } from './observer';
export { TIMELINE, WORKER_OPTIONS, stageWorker } from './provider';
export { StageQueue } from './stage-queue';
export { Worker, type WorkerOptions } from './worker';
export type { Claimant, EndedUnit, Held, WorkName, WorkQueue, WorkUnit } from './work';
export { HttpTimeline, LEASE_TOKEN_HEADER, LocalTimeline, type Timeline } from './timeline';
