import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PATTERN = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=10:d=3'];
const TONE = ['-f', 'lavfi', '-i', 'sine=d=3'];

export const CLIP_FRAMES = 30;

/** A three-second test pattern with sound. */
export function makeClip(file: string): Promise<string> {
  return ffmpeg(
    file,
    ...PATTERN,
    ...TONE,
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-shortest',
  );
}

/** One image of it; the file extension defines the format. */
export function makeImage(file: string): Promise<string> {
  return ffmpeg(file, ...PATTERN, '-frames:v', '1');
}

/** Codec and number of frames of the first video stream. */
export async function describeVideo(file: string): Promise<{ codec: string; frames: number }> {
  const entries = [
    '-select_streams',
    'v:0',
    '-count_packets',
    '-show_entries',
    'stream=codec_name,nb_read_packets',
  ];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...entries, '-of', 'csv=p=0', file]);
  const [codec = '', frames] = stdout.trim().split(',');
  return { codec, frames: Number(frames) };
}

async function ffmpeg(file: string, ...args: string[]): Promise<string> {
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, file]);
  return file;
}
