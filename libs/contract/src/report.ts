import { z } from 'zod';
import { labelsField, timeField, unknownParameter } from './filters';

/** The query parameters of the report on many jobs. Each message names its parameter and ends without a full stop. */
export const reportQuerySchema = z.strictObject(
  {
    since: timeField('since').describe(
      'jobs uploaded at this time or later; a date starts at midnight (UTC)',
    ),
    until: timeField('until').describe('jobs uploaded before this time; a date includes its day (UTC)'),
    classes: labelsField('classes').describe(
      'a row for each of these labels, separated by commas, even if there were none; default: a row for each class that was found',
    ),
  },
  unknownParameter(['since', 'until', 'classes']),
);

export type ReportQuery = z.output<typeof reportQuerySchema>;
