import type { PreprocessConfig } from '#config';
import { formatSeconds } from './durations';

/** File extensions of the supported containers, see `Container` in #media. */
const ENDINGS = ['.mp4', '.m4v', '.mov', '.mkv', '.webm', '.avi', '.ts', '.m2ts', '.mts', '.flv'];

/** The limits of uploads, for people and for the script that checks files before sending them. */
export interface UploadFacts {
  readonly bytes: number;
  readonly seconds: number;
  readonly nameBytes: number;
  readonly keepHours: number;
  readonly endings: string;
  readonly sentence: string;
}

export function uploadFacts(
  config: Pick<
    PreprocessConfig,
    | 'UPLOAD_MAX_BYTES'
    | 'UPLOAD_NAME_MAX_BYTES'
    | 'UPLOAD_KEEP_HOURS'
    | 'VIDEO_MAX_SECONDS'
    | 'VIDEO_MAX_PIXELS'
    | 'VIDEO_MAX_FPS'
  >,
): UploadFacts {
  const { UPLOAD_MAX_BYTES, VIDEO_MAX_SECONDS, VIDEO_MAX_PIXELS, VIDEO_MAX_FPS } = config;
  return {
    bytes: UPLOAD_MAX_BYTES,
    seconds: VIDEO_MAX_SECONDS,
    nameBytes: config.UPLOAD_NAME_MAX_BYTES,
    keepHours: config.UPLOAD_KEEP_HOURS,
    endings: ENDINGS.join(','),
    sentence:
      `mp4, mov, mkv, webm, avi, ts or flv; up to ${sizeText(UPLOAD_MAX_BYTES)}, ${formatSeconds(VIDEO_MAX_SECONDS * 1000)}, ` +
      `${rounded(VIDEO_MAX_PIXELS / 1e6)} megapixels and ${VIDEO_MAX_FPS} fps.`,
  };
}

const rounded = (value: number) => String(Math.round(value * 10) / 10);

function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${rounded(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${rounded(bytes / 1e6)} MB` : `${rounded(bytes / 1e9)} GB`;
}
