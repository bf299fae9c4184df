/**
 * Reads an export like a client with a slow connection: `slow-reader.js FORMAT SCORES TRACKS FRAMES` or
 * `slow-reader.js zip COUNT`.
 * Prints the received bytes and the peak memory in MB.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { exportDetections, isFormatName } from '../src';
import { inChunks } from '../src/chunks';
import { zip } from '../src/zip';
import { peakMemory } from '../../../test/support/peak-memory';
import { VIDEO } from './scores-file';

const [format = '', from = '', tracks = '', frames = ''] = process.argv.slice(2);

async function* texts(): AsyncGenerator<Buffer> {
  for (let n = 0; n < Number(from); n++) {
    if (n % 1000 === 0) await delay(0);
    yield Buffer.from('0.1\n0.2\n0.3\n0.4\n0\n'.repeat(n % 5));
  }
}

async function main(): Promise<void> {
  const files = {
    count: Number(from),
    name: (n: number) => `infer${n}.txt`,
    contents: texts(),
    date: new Date(),
  };
  const video = { ...VIDEO, frames: Number(frames) };
  const content = isFormatName(format)
    ? exportDetections({ scores: from, tracks }, format, video)
    : inChunks(zip(files));
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    await delay(1);
  }
  process.stdout.write(JSON.stringify({ bytes, peak: peakMemory() / 1024 ** 2 }));
}

void main();
