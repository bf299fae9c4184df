export { JobCallbacks, type CallbackClaim } from './callbacks';
export { countAttempts, type ClaimOptions } from './claiming';
export * from './errors';
export * from './finished-jobs';
export * from './job.repository';
export * from './job.schema';
export * from './jobs.module';
export * from './lifecycle';
