import { BoxreelError } from '#errors';

/** A frame or a file of detections cannot be read; the message says where. */
export class AnnotationError extends BoxreelError {}
