import { BoxreelError } from '#errors';

/** A frame or a file of detections cannot be read. The message names the position. */
export class AnnotationError extends BoxreelError {}
