export { isLoopback, type ApiKey } from './access';
export { cpuLimit } from './cpu-limit';
export * from './services';
export { ConfigError, describeSettings, readSettings, type SettingName } from './settings';
