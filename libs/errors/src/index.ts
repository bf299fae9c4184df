export { BoxreelError, endsJob, isInputFault, type BoxreelErrorOptions } from './boxreel-error';
export { CODES, adviceFor, factsOf, retryHelps, type ErrorCode } from './codes';
export { codeOf, isMissing } from './system-error';
