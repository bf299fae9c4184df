import type { Mutation } from '../mutate';
import { FLOWS, NETWORK, REFERENCES, RIGHTS } from './cluster';
import { MALFORMED } from './malformed';
import { PODS } from './pods';
import { MONITORING, SCALING } from './scaling';
import { SETTINGS } from './settings';

/** A defect of every kind, and at least one in every object. */
export const MUTATIONS: readonly Mutation[] = [
  ...MALFORMED,
  ...PODS,
  ...SETTINGS,
  ...NETWORK,
  ...FLOWS,
  ...REFERENCES,
  ...RIGHTS,
  ...SCALING,
  ...MONITORING,
];
