import { BoxreelError } from '#errors';

/** An upload exceeds a limit of this server; the message names the limit and its value. */
export class UploadRefusedError extends BoxreelError {}
