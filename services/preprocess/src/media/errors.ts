import { BoxreelError } from '#errors';

/** The file is shorter than the requested range. */
export class RangeNotSatisfiableError extends BoxreelError {
  constructor(message: string) {
    super('RANGE_NOT_SATISFIABLE', message);
  }
}
