import { HttpException } from '@nestjs/common';

/** Which limit of uploads was exceeded. */
export type UploadLimit = 'TOO_LARGE' | 'TOO_MANY_FIELDS' | 'FIELD_TOO_LONG' | 'NAME_TOO_LONG';

/** An upload that exceeds a limit of this server; the sentence names the limit and its value. */
export class UploadRefused extends HttpException {
  constructor(
    readonly code: UploadLimit,
    message: string,
  ) {
    super(message, 413);
  }
}
