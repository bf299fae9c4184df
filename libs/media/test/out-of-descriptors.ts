/**
 * Exhausts the file descriptors of this process, tries to run ffmpeg, frees them and tries again. Prints a line per try.
 * Run it under a low limit: `ulimit -n 64; node out-of-descriptors.js`.
 */
import { closeSync, openSync } from 'node:fs';
import { checkFfmpeg, type MediaError } from '../src';
import { start } from '../src/ffmpeg';

async function attempt(work: () => Promise<unknown>): Promise<void> {
  const outcome = await work().then(
    () => 'runs',
    (error: unknown) => {
      const { code, fault, message } = error as MediaError;
      return `${code} fault=${fault} ${message}`;
    },
  );
  lines.push(outcome);
}

const lines: string[] = [];

async function main(): Promise<void> {
  await attempt(checkFfmpeg); // lets Node load its lazy modules first
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // no descriptor is left
  }
  await attempt(checkFfmpeg);
  await attempt(async () => {
    const ffmpeg = start('ffmpeg', ['-i', 'pipe:0', '-f', 'null', '-'], { signal: AbortSignal.abort() });
    const broken = await new Promise((resolve) => ffmpeg.stdin.write('x', 'utf8', resolve));
    if (!(broken instanceof Error)) throw new Error('the write succeeded');
    ffmpeg.kill();
    await ffmpeg.exited;
  });
  for (const descriptor of taken) closeSync(descriptor);
  await attempt(checkFfmpeg);
  process.stdout.write(lines.join('\n'));
}

void main();
