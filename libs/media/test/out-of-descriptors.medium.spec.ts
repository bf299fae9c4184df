import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAM = join(__dirname, 'out-of-descriptors.js');

it('reports FFMPEG_NOT_RUNNABLE while no file descriptor is free, and runs again afterwards', async () => {
  // Detached into a separate process group, so that a signal to a failed child does not reach this process.
  const child = spawn('/bin/sh', ['-c', 'ulimit -n 64; exec "$0" "$1"', process.execPath, PROGRAM], {
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exit = await once(child, 'close');
  const failed = expect.stringMatching(
    /^FFMPEG_NOT_RUNNABLE fault=system ff\w+ could not be started: spawn \/bin\/sh EMFILE\. Try again later\.$/,
  ) as string;
  expect(output.split('\n')).toEqual(['runs', failed, failed, 'runs']);
  expect(exit).toEqual([0, null]);
});
