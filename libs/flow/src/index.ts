export { mapOrdered } from './map-ordered';
export { untilAborted } from './until-aborted';
