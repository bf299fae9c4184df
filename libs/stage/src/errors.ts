import { BoxreelError } from '#errors';

/** An attempt failed for a reason that users may see. Other system faults are shown to them as `INTERNAL`. */
export class ExplainedError extends BoxreelError {}

/** The process is about to stop. The job returns to the queue without counting the attempt. */
export class ServiceStoppingError extends BoxreelError {
  constructor() {
    super('STOPPING', 'The service is stopping.');
  }
}
