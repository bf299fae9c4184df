export { isClientFault, toAnswer, toProblem, type Answer } from './answer';
export * from './detect.resource';
export { ApiErrors } from './error.resource';
export { boundConnections, oneAtATime } from './connections';
export { ErrorFilter, type ErrorFilterOptions } from './error.filter';
export { noImage, requireForm } from './form';
export { SILENCE_MS, cutOffRefused, documentApi, limitSilence } from './server';
export { UploadRefusedError } from './errors';
