import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Size } from './options';

const run = promisify(execFile);

export const FRAME_RATE = 30;

/**
 * Makes an H.264 clip that costs as much as street footage: detail at every scale under a moving camera, two moving
 * objects, and sensor noise. A frame at 1280x720 is a JPEG of about 250 kB.
 * @returns its path
 */
export async function makeClip(folder: string, name: string, size: Size, frames: number): Promise<string> {
  const still = await makeTexture(join(folder, 'texture.png'), {
    width: size.width * 1.5,
    height: size.height * 1.5,
  });
  const clip = join(folder, name);
  const { width, height } = size;
  const share = (part: number) => 2 * Math.round((part * height) / 2); // of the height, as an even number
  await ffmpeg(
    ...['-loop', '1', '-framerate', `${FRAME_RATE}`, '-i', still],
    ...lavfi(`mandelbrot=s=${share(0.44)}x${share(0.44)}:r=${FRAME_RATE}:start_scale=0.6:end_scale=0.05`),
    ...lavfi(`testsrc2=s=${share(0.33)}x${share(0.28)}:r=${FRAME_RATE}`),
    '-filter_complex',
    [
      `[0]crop=${width}:${height}:x='(iw-ow)/2*(1+sin(t/2))':y='(ih-oh)/2*(1+cos(t/3))'[ground]`,
      `[ground][1]overlay=x='(W-w)/2*(1+sin(t))':y='H*0.28':shortest=1[one]`,
      `[one][2]overlay=x='mod(t*W/8,W)-w/2':y='H*0.6',noise=alls=6:allf=t:all_seed=5,format=yuv420p`,
    ].join(';'),
    ...['-frames:v', `${frames}`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-y', clip],
  );
  return clip;
}

/** Repeats a clip without encoding it again. @returns the path of the long clip */
export async function repeatClip(clip: string, times: number, target: string): Promise<string> {
  await ffmpeg('-stream_loop', `${times - 1}`, '-i', clip, '-c', 'copy', '-y', target);
  return target;
}

/** A still image with detail at every scale: noise of four sizes, enlarged and averaged. */
async function makeTexture(target: string, { width, height }: Size): Promise<string> {
  const layers = [160, 32, 6, 2].map((grain, seed) => {
    const size = `${Math.ceil(width / grain)}x${Math.ceil(height / grain)}`;
    const noise = `color=gray:s=${size},noise=alls=100:allf=u:all_seed=${seed + 1}`;
    return lavfi(`${noise},scale=${width}:${height}:flags=bicubic,format=gbrp`);
  });
  const mix = [
    '[0][1]blend=all_mode=average[coarse]',
    '[2][3]blend=all_mode=average[fine]',
    '[coarse][fine]blend=all_mode=average',
  ];
  await ffmpeg(...layers.flat(), '-filter_complex', mix.join(';'), '-frames:v', '1', '-y', target);
  return target;
}

function lavfi(filter: string): string[] {
  return ['-f', 'lavfi', '-i', filter];
}

async function ffmpeg(...args: string[]): Promise<void> {
  await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args]);
}
