export { DEPENDENCIES, HealthController, type Dependency } from './health';
export { StateLog, createLogger } from './logger';
export { LATENCY_BUCKETS, MetricsController, createRegistry, timeRequests } from './metrics';
