import { BoxreelError } from '#errors';

/** An attempt failed for a reason that users may read. Other failures reach them as `INTERNAL`, unless the input is at fault. */
export class ExplainedError extends BoxreelError {}

/** The process is about to stop; the job goes back to the queue without spending the attempt. */
export class ServiceStoppingError extends BoxreelError {
  constructor() {
    super('STOPPING', 'The service is stopping.');
  }
}
