/**
 * A failure that trying again cannot mend: the input deserves it. Ends the job in the stage's error state.
 * Anything else that a handler throws is tried again until the attempts are used up.
 */
export class StageError extends Error {
  constructor(
    /** Stable, for programs. */
    readonly code: string,
    /** What is wrong, where, and what would be right; shown to the user. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The process is told to stop; the job goes back to the queue without spending the attempt. */
export class Stopping extends Error {
  constructor() {
    super('The service is stopping.');
  }
}
