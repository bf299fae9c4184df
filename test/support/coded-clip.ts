import { openJpeg, source } from './video';

/** Bits of the frame number, drawn as black and white blocks in the lower half of the frame. */
const BITS = 9;
const WIDTH = 16 * BITS;
const HEIGHT = 64;

/** Second at which the upper half turns white and a tone begins. */
export const FLASH = 1;

/** A video with its frame number in each frame, which flashes at second FLASH. */
export function codedFrames(rate: string, seconds: number): string[] {
  const bit = `bitand(floor(N/pow(2,${BITS - 1}-floor(X/16))),1)`;
  const flash = `gte(T,${FLASH}-0.0001)`;
  const luma = `if(gte(Y,${HEIGHT / 2}),16+219*${bit},16+219*${flash})`;
  const clip = `color=black:s=${WIDTH}x${HEIGHT}:r=${rate}:d=${seconds},format=yuv420p`;
  return source(`${clip},geq=lum='${luma}':cb=128:cr=128`);
}

/** Silence, and a tone from second `at` on. */
export function tone(at: number, seconds: number): string[] {
  return source(`aevalsrc='0.5*sin(6000*t)*gte(t,${at})':s=48000:d=${seconds}`);
}

/** The number in a frame, and whether it flashes. */
export async function readCode(jpeg: string): Promise<{ code: number; flash: boolean }> {
  const { at } = await openJpeg(jpeg);
  const light = (x: number, y: number) => (at(x, y)[1] ?? 0) > 127;
  let code = 0;
  for (let bit = 0; bit < BITS; bit++) code = code * 2 + Number(light(bit * 16 + 8, (HEIGHT * 3) / 4));
  return { code, flash: light(WIDTH / 2, HEIGHT / 4) };
}
