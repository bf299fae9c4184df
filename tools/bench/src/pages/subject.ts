import type { Collection } from 'mongoose';
import { cpuMs } from '../processes';

/** The measured processes: one preprocess and its database. */
export interface Subject {
  readonly url: string;
  readonly preprocessPid: number;
  /** undefined if not started here. */
  readonly databasePid: number | undefined;
  readonly jobs: Collection;
}

/** CPU time so far, in ms; NaN for a database not started here. */
export function readCpu({ preprocessPid, databasePid }: Subject): { preprocess: number; database: number } {
  return {
    preprocess: cpuMs(preprocessPid),
    database: databasePid === undefined ? NaN : cpuMs(databasePid),
  };
}
