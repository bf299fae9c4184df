export { mapOrdered } from './map-ordered';
