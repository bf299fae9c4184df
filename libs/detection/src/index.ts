export type { Detection } from './detection';
