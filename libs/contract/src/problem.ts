import { z } from 'zod';

export const problemSchema = z
  .object({
    code: z.string().meta({ description: 'stable and machine-readable', example: 'BAD_IMAGE' }),
    message: z.string().describe('human-readable'),
    requestId: z.string().optional().describe('set for unexpected errors; identifies the details in the log'),
  })
  .meta({ id: 'Problem' });

/** The response to a failed request. */
export const errorSchema = z.object({ error: problemSchema }).meta({ id: 'Error' });

export type ProblemResource = z.infer<typeof problemSchema>;
export type ErrorResource = z.infer<typeof errorSchema>;
