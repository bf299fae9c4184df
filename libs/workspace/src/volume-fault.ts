import { BoxreelError, codeOf } from '#errors';

/** The volume has too little free space for new work. */
export class VolumeFullError extends BoxreelError {
  /** @param free bytes @param required bytes */
  constructor(free: number, required: number) {
    const mb = (bytes: number) => Math.floor(bytes / 1e6);
    super(
      'VOLUME_FULL',
      `The volume has ${mb(free)} MB left, but ${mb(required)} MB are needed, including the reserve (MIN_FREE_MB). ` +
        'Delete jobs that are no longer needed, or enlarge the volume.',
    );
  }
}

/** The volume that the service started with is not mounted any more. */
export class VolumeGoneError extends BoxreelError {
  constructor(root: string) {
    super(
      'VOLUME_GONE',
      `${root} (VOLUME_DIR) is no longer the volume that this service started with. Is it mounted?`,
    );
  }
}

const CODES = ['VOLUME_FULL', 'VOLUME_GONE', 'ENOSPC', 'EDQUOT', 'EROFS', 'ESTALE'];

/** The code of errors whose message quotes ffmpeg. Other messages may contain names of users' files. */
const FFMPEG_CODE = 'ENCODE_FAILED';

/** The same errors as ffmpeg's messages (strerror). */
const FFMPEG_MESSAGES = /No space left on device|Disk quota exceeded|Read-only file system|Stale file handle/;

/** Whether an error occurred because the volume is full, read-only or missing. */
export function isVolumeFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  const reportedByFfmpeg = code === FFMPEG_CODE && FFMPEG_MESSAGES.test(error.message);
  return CODES.includes(code) || reportedByFfmpeg || isVolumeFault(error.cause);
}
