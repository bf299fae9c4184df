export { DEPENDENCIES, HealthController, type Dependency } from './health';
export { StateLog, createLogger } from './logger';
