import { z } from 'zod';

export const problemSchema = z
  .object({
    code: z.string().meta({ description: 'stable, for programs', example: 'BAD_IMAGE' }),
    message: z.string().describe('for people'),
    requestId: z.string().optional().describe('with an unexpected error: the log has the details under it'),
  })
  .meta({ id: 'Problem' });

/** The answer to a request that failed. */
export const errorSchema = z.object({ error: problemSchema }).meta({ id: 'Error' });

export type ProblemResource = z.infer<typeof problemSchema>;
export type ErrorResource = z.infer<typeof errorSchema>;
