export { allOrNone } from './all-or-none';
export { mapOrdered } from './map-ordered';
export { recent } from './recent';
export { untilAborted } from './until-aborted';
export { withTimeLimit } from './with-time-limit';
