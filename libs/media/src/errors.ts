import { BoxreelError } from '#errors';

/** A video cannot be processed, or ffmpeg failed to process it. The message is written for users. */
export class MediaError extends BoxreelError {}
