import { HttpException } from '@nestjs/common';

/** Which limit of uploads was exceeded, and what that is answered. */
const LIMITS = {
  TOO_LARGE: 413,
  TOO_MANY_FIELDS: 413,
  FIELD_TOO_LONG: 413,
  NAME_TOO_LONG: 413,
  VOLUME_FULL: 507,
} as const;

export type UploadLimit = keyof typeof LIMITS;

/** An upload that exceeds a limit of this server; the sentence names the limit and its value. */
export class UploadRefused extends HttpException {
  constructor(
    readonly code: UploadLimit,
    message: string,
  ) {
    super(message, LIMITS[code]);
  }
}
