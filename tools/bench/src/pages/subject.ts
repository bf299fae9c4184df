import type { Collection } from 'mongoose';
import { cpuMs } from '../processes';

/** What is measured: one preprocess and its database. */
export interface Subject {
  readonly url: string;
  readonly preprocessPid: number;
  /** undefined where it is no child of ours. */
  readonly databasePid: number | undefined;
  readonly jobs: Collection;
}

/** CPU time so far, in ms; NaN for a database that is no child of ours. */
export function readCpu({ preprocessPid, databasePid }: Subject): { preprocess: number; database: number } {
  return {
    preprocess: cpuMs(preprocessPid),
    database: databasePid === undefined ? NaN : cpuMs(databasePid),
  };
}
