export { cpuLimit } from './cpu-limit';
export { describeSettings, type SettingDescription } from './describe-settings';
export { ConfigError, readSettings } from './read-settings';
export * from './services';
export type { SettingName } from './settings';
export { isLoopback, type ApiKey } from './settings/access-values';
