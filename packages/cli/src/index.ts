/** The client without its command line, for scripts. */
export { follow, hasFailed } from './follow';
export { RequestRefusedError, Server } from './server';
export { upload } from './upload';
