import { parseArgs } from 'node:util';
import type { TracksResource } from './api';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, givenFields, type Command } from './command';
import { printable } from './printable';
import { Server, jobPath } from './server';
import { UsageError } from './usage-error';

export const tracks: Command = {
  usage: `Usage: boxreel tracks ID [options]

Lists the tracked objects of a job, in order of first appearance.

  --classes NAME,...   only these classes
  --min-score NUMBER   only tracks whose best score is above it, 0..1
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...COMMON_OPTIONS, classes: { type: 'string' }, 'min-score': { type: 'string' } },
    });
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0)
      throw new UsageError('tracks needs the id of one job; see --help.');
    const { classes, 'min-score': minScore } = values;
    const server = Server.at(values.url, signal);
    const query = new URLSearchParams(givenFields({ classes, minScore })).toString();
    const found = await server.json<TracksResource>(`${jobPath(id, 'tracks')}?${query}`);
    if (!values.json) console.log(row('TRACK', 'FIRST', 'LAST', 'BOXES', 'SCORE', 'CLASS'));
    for (const track of found.tracks) console.log(values.json ? JSON.stringify(track) : rowOf(track));
    return EXIT.done;
  },
};

/** Times in seconds. */
function rowOf({
  id,
  label,
  firstTime,
  lastTime,
  boxes,
  bestScore,
}: TracksResource['tracks'][number]): string {
  const times = [firstTime, lastTime].map((seconds) => `${seconds.toFixed(1)} s`);
  return row(String(id), ...times, String(boxes), bestScore?.toFixed(2) ?? '', printable(label));
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padStart(9))).join('  ');
}
