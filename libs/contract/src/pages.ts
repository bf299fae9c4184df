import { z } from 'zod';
import { JOB_ID } from './job';

/** Number of jobs per page in the table at `/result`. */
export const ROWS_PER_PAGE = 50;

const jobOf = (name: string) => {
  const error = `${name}: expected the id of a job, 24 hexadecimal digits`;
  return z.string(error).regex(JOB_ID, error);
};

/** The two runs that the page at `/compare` shows. */
export const compareQuerySchema = z.object({ a: jobOf('a'), b: jobOf('b') });

export type CompareQuery = z.infer<typeof compareQuerySchema>;
