/** Too little space is left on the volume to begin something. */
export class VolumeFull extends Error {
  readonly code = 'VOLUME_FULL';

  /** Both in bytes. */
  constructor(free: number, wanted: number) {
    const mb = (bytes: number) => Math.floor(bytes / 1e6);
    super(
      `The volume has ${mb(free)} MB left, and ${mb(wanted)} MB are needed, those included that are kept free (MIN_FREE_MB). ` +
        'Delete jobs that are no longer needed, or make the volume larger.',
    );
  }
}

/** What is mounted now, if anything, is not the volume that the service began with. */
export class VolumeGone extends Error {
  readonly code = 'VOLUME_GONE';
  constructor(root: string) {
    super(`${root} (VOLUME_DIR) is not the volume any more that this service started with. Is it mounted?`);
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
  const code = 'code' in error ? String(error.code) : '';
  const said = code === WRITING_FAILED && WORDS.test(error.message);
  return CODES.includes(code) || said || isVolumeFault(error.cause);
}
