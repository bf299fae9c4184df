import type { Stream } from './facts';
import type { Size } from './fit';

/** HDR transfer curves: PQ (SMPTE ST 2084) and HLG (ARIB STD-B67). */
export const HDR: readonly string[] = ['smpte2084', 'arib-std-b67'];

/** Diffuse white of HDR video in nits (ITU-R BT.2408); becomes white in SDR. */
const REFERENCE_WHITE = 203;

/** Like players, read untagged frames larger than standard definition as BT.709. */
const SD_WIDTH = 1024;
const SD_HEIGHT = 576;

/** The properties of a stream that decide its colours. */
type Colours = Pick<Stream, 'color_transfer' | 'color_space' | 'codec_name'>;

/** Averages over the pixels that a smaller one covers, as the detector's own resizing does. */
const SHRINK = ':flags=bilinear+accurate_rnd';

/**
 * ffmpeg filters that convert the frames of a stream to progressive RGB.
 * @param frame size of the frames; decides the colours of untagged ones
 * @param target size of the result
 */
export function rgbFilters(
  stream: Colours & Pick<Stream, 'field_order'>,
  frame: Size,
  target: Size = frame,
): string[] {
  const resized = target.width !== frame.width || target.height !== frame.height;
  const scale = `scale=${target.width}:${target.height}${resized ? SHRINK : ''}`;
  return [...deinterlace(stream), ...toRgb(stream, frame, scale)];
}

/** Keeps the number of frames; progressive frames pass unchanged. */
function deinterlace({ field_order }: Pick<Stream, 'field_order'>): string[] {
  const interlaced = field_order !== undefined && /^[tb][tb]$/.test(field_order);
  return interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : [];
}

function toRgb(
  { color_transfer = '', color_space, codec_name }: Colours,
  { width, height }: Size,
  scale: string,
): string[] {
  if (HDR.includes(color_transfer)) {
    return [
      scale, // a stream may change its size midway; the pipe may not
      // zscale refuses to guess missing tags, but HDR is always BT.2020.
      `setparams=color_primaries=bt2020:color_trc=${color_transfer}:colorspace=bt2020nc`,
      `zscale=t=linear:npl=${REFERENCE_WHITE},format=gbrpf32le,zscale=p=bt709`,
      'tonemap=mobius:param=0.6:desat=0', // keeps everything below 60 % of white and rolls off highlights
      'zscale=t=iec61966-2-1:m=gbr:r=pc,format=gbrp,format=rgb24',
    ];
  }
  const tagged = color_space !== undefined && color_space !== 'unknown';
  const hd = Math.max(width, height) > SD_WIDTH || Math.min(width, height) > SD_HEIGHT;
  const jpeg = codec_name === 'mjpeg'; // JPEG is BT.601 at any size (JFIF)
  const matrix = !tagged && hd && !jpeg ? ':in_color_matrix=bt709' : '';
  return [`${scale}${matrix}`, 'format=rgb24'];
}
