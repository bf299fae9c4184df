export { isClientFault, toAnswer, toProblem, type Answer } from './answer';
export * from './detect.resource';
export { ApiErrors } from './error.resource';
export { limitConnections, serializeRequests } from './connections';
export { ErrorFilter, type ErrorFilterOptions } from './error.filter';
export { noImage, requireForm } from './form';
export { IDLE_TIMEOUT_MS, closeAfterResponse, documentApi, limitIdleTime } from './server';
export { UploadRefusedError } from './errors';
