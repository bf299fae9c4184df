import { BoxreelError } from '#errors';

/** A stored list of events cannot be read. */
export class EventsError extends BoxreelError {}
