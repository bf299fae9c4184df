import { z } from 'zod';

/** How a model computes: in 32-bit floats, or with 8-bit integers between its convolutions. */
export const precisionSchema = z
  .enum(['fp32', 'int8'])
  .meta({ id: 'Precision', description: 'fp32: 32-bit floats; int8: 8-bit integers, faster.' });

export type Precision = z.infer<typeof precisionSchema>;
