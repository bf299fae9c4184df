export { boot } from './boot';
export { CONFIG } from './config.module';
export { CoreModule } from './core.module';
export { dependencies } from './dependencies';
export { EngineMetrics } from './engine-metrics';
export * from './http';
export { countJobs } from './job-metrics';
export { StageMetrics } from './stage-metrics';
