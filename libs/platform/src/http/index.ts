export { isClientFault, toProblem } from './answer';
export * from './detect.resource';
export { ApiErrors } from './error.resource';
export { ErrorFilter } from './error.filter';
export { noImage, requireForm } from './form';
export { IDLE_TIMEOUT_MS, closeAfterResponse, documentApi, limitIdleTime } from './server';
export { UploadRefusedError } from './errors';
