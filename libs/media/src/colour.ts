import type { Stream } from './facts';

/** HDR transfer curves: PQ (SMPTE ST 2084) and HLG (ARIB STD-B67). */
export const HDR: readonly string[] = ['smpte2084', 'arib-std-b67'];

/** Diffuse white of HDR video in nits (ITU-R BT.2408); becomes white in SDR. */
const REFERENCE_WHITE = 203;

/** Like players, read untagged frames larger than standard definition as BT.709. */
const SD_WIDTH = 1024;
const SD_HEIGHT = 576;

/** ffmpeg filters that convert the frames of a stream to progressive RGB of the given size. */
export function rgbFilters(
  stream: Pick<Stream, 'color_transfer' | 'color_space' | 'field_order' | 'codec_name'>,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  return [...deinterlace(stream), ...toRgb(stream, width, height)];
}

/** Keeps the number of frames; progressive frames pass unchanged. */
function deinterlace({ field_order }: Pick<Stream, 'field_order'>): string[] {
  const interlaced = field_order !== undefined && /^[tb][tb]$/.test(field_order);
  return interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : [];
}

function toRgb(
  {
    color_transfer = '',
    color_space,
    codec_name,
  }: Pick<Stream, 'color_transfer' | 'color_space' | 'codec_name'>,
  width: number,
  height: number,
): string[] {
  if (HDR.includes(color_transfer)) {
    return [
      `scale=${width}:${height}`, // a stream may change its size midway; the pipe may not
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
  return [`scale=${width}:${height}${matrix}`, 'format=rgb24'];
}
