import { BoxreelError } from '#errors';

/** A video cannot be processed, or ffmpeg failed to process it; the message is fit for users. */
export class MediaError extends BoxreelError {}
