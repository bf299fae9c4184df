export { HealthModule, type Dependency } from './health';
export { StateLog, createLogger } from './logger';
