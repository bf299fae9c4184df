import { BoxreelError, codeOf } from '#errors';

/** The volume has too little space left to begin something. */
export class VolumeFullError extends BoxreelError {
  /** Both in bytes. */
  constructor(free: number, wanted: number) {
    const mb = (bytes: number) => Math.floor(bytes / 1e6);
    super(
      'VOLUME_FULL',
      `The volume has ${mb(free)} MB left, but ${mb(wanted)} MB are needed, including the reserve (MIN_FREE_MB). ` +
        'Delete jobs that are no longer needed, or make the volume larger.',
    );
  }
}

/** What is mounted now, if anything, is not the volume that the service started with. */
export class VolumeGoneError extends BoxreelError {
  constructor(root: string) {
    super(
      'VOLUME_GONE',
      `${root} (VOLUME_DIR) is no longer the volume that this service started with. Is it mounted?`,
    );
  }
}

const CODES = ['VOLUME_FULL', 'VOLUME_GONE', 'ENOSPC', 'EDQUOT', 'EROFS', 'ESTALE'];

/** What an error is called that tells ffmpeg's words. Messages of others may hold names of users' files. */
const WRITING_FAILED = 'ENCODE_FAILED';

/** How ffmpeg says the same (strerror). */
const WORDS = /No space left on device|Disk quota exceeded|Read-only file system|Stale file handle/;

/** Whether something failed because the volume is full, cannot be written or is not there, whichever job it was. */
export function isVolumeFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  const said = code === WRITING_FAILED && WORDS.test(error.message);
  return CODES.includes(code) || said || isVolumeFault(error.cause);
}
