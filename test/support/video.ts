import { FORMAT_RGB, SAMP_420, compressSync, decompressSync } from '@julusian/jpeg-turbo';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A new folder; the test removes it. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'boxreel-'));
}

/** Runs ffmpeg with `args` to write `target`, and returns its path. */
export async function ffmpeg(target: string, ...args: string[]): Promise<string> {
  await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args, `file:${target}`]);
  return target;
}

/** Input arguments for a generated video, e.g. source('testsrc2=s=64x48:r=10:d=1'). */
export function source(filter: string): string[] {
  return ['-f', 'lavfi', '-i', filter];
}

export const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];

/** What ffprobe reports about a stream, as text. */
export type StreamReport = Partial<
  Record<
    | 'codec_type'
    | 'codec_name'
    | 'codec_tag_string'
    | 'profile'
    | 'pix_fmt'
    | 'color_range'
    | 'r_frame_rate'
    | 'avg_frame_rate'
    | 'nb_frames'
    | 'start_time'
    | 'duration'
    | 'sample_aspect_ratio',
    string
  >
> & { width?: number; height?: number; channels?: number };

export async function streams(file: string): Promise<StreamReport[]> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', `file:${file}`]);
  return (JSON.parse(stdout) as { streams: StreamReport[] }).streams;
}

/** All frames of a video, decoded: width * height * 3 bytes of RGB each. */
export async function decodedFrames(file: string, width: number, height: number): Promise<Buffer[]> {
  const args = [
    '-v',
    'error',
    '-i',
    `file:${file}`,
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-fps_mode',
    'passthrough',
  ];
  const { stdout } = await run('ffmpeg', [...args, '-'], { encoding: 'buffer', maxBuffer: 2 ** 28 });
  const size = width * height * 3;
  return Array.from({ length: stdout.length / size }, (_, n) => stdout.subarray(n * size, (n + 1) * size));
}

/** The pixels of an image after ffmpeg's filters, which end in rgb24. */
export async function scaledPixels(file: string, filters: readonly string[]): Promise<Buffer> {
  const args = ['-v', 'error', '-i', `file:${file}`, '-vf', filters.join(','), '-f', 'rawvideo', '-'];
  return (await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 28 })).stdout;
}

/** Second at which sound first exceeds a tenth of full scale. */
export async function soundStart(file: string): Promise<number> {
  const rate = 8000;
  const args = ['-v', 'error', '-i', `file:${file}`, '-vn', '-ac', '1', '-ar', `${rate}`, '-f', 's16le', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 26 });
  for (let at = 0; at + 1 < stdout.length; at += 2) {
    if (Math.abs(stdout.readInt16LE(at)) > 3277) return at / 2 / rate;
  }
  return NaN;
}

export const RED = [255, 0, 0];
export const BLUE = [0, 0, 255];

/** A JPEG in one colour. */
export function jpeg([red, green, blue]: number[], width = 64, height = 48): Buffer {
  const pixels = Buffer.alloc(width * height * 3, Buffer.from([red!, green!, blue!]));
  return compressSync(pixels, { width, height, format: FORMAT_RGB, subsampling: SAMP_420, quality: 90 });
}

/** Reads pixels of a JPEG file. */
export async function openJpeg(file: string) {
  return jpegPixels(await readFile(file));
}

export function jpegPixels(jpeg: Buffer) {
  const { data, width, height } = decompressSync(jpeg, { format: FORMAT_RGB });
  return {
    width,
    height,
    at: (x: number, y: number) => [...data.subarray((y * width + x) * 3).subarray(0, 3)],
  };
}

/** Names a colour by its strongest channels, which compression does not change. */
export function colourName(rgb: readonly number[]): string {
  const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
  return names[rgb.reduce((bits, value, channel) => bits + (value > 127 ? 1 << channel : 0), 0)] ?? 'unknown';
}

/** The command lines of running processes that contain `text`. */
export async function processesMentioning(text: string): Promise<string[]> {
  return (await findProcesses(text)).map(({ line }) => line);
}

/** Kills those processes with SIGKILL, like the kernel when memory runs out. */
export async function killProcessesMentioning(text: string): Promise<void> {
  for (const { pid } of await findProcesses(text)) process.kill(pid, 'SIGKILL');
}

async function findProcesses(text: string): Promise<{ pid: number; line: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  return lines.filter(({ line }) => line.includes(text));
}

/** Two seconds of red at 10 fps; the sound starts at 0.8 s with a tone. */
export async function lateSound(folder: string): Promise<string> {
  const clip = await redClip(folder);
  const inputs = ['-i', clip, '-itsoffset', '0.8', ...source('aevalsrc=0.5*sin(2000*t):d=1.2')];
  return ffmpeg(join(folder, 'late-sound.mp4'), ...inputs, '-c:v', 'copy', '-c:a', 'aac');
}

/** Two seconds of red at 10 fps that start a second after the sound; a tone starts half a second into the video. */
export async function lateVideo(folder: string): Promise<string> {
  const tone = "aevalsrc='0.5*sin(2000*t)*gte(t,1.5)':d=3";
  const inputs = [
    '-itsoffset',
    '1',
    '-i',
    await redClip(folder),
    ...source(tone),
    '-map',
    '0:v',
    '-map',
    '1:a',
  ];
  return ffmpeg(join(folder, 'late-video.mp4'), ...inputs, '-c:v', 'copy', '-c:a', 'aac');
}

const redClip = (folder: string) =>
  ffmpeg(join(folder, 'red.mp4'), ...source('color=red:s=64x48:r=10:d=2'), ...H264);
