import { parseArgs } from 'node:util';
import type { JobListResource } from './api';
import { UsageError } from './usage-error';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, givenFields, type Command } from './command';
import { printable, type Received } from './printable';
import { Server } from './server';

/** Page size; the server returns at most 500 jobs per request. */
const PAGE = 500;

const DEFAULT_LIMIT = '50';

export const list: Command = {
  usage: `Usage: boxreel list [options]

Lists jobs.

  --status STATUS      only those in this state: waiting, working, done, failed or cancelled; or in this
                       status, such as INFERENCING
  --search TEXT        only those with this text in the name of the file
  --class NAME         only finished ones with detections of this class, such as person
  --model NAME         only those with this model
  --sort ORDER         newest (default), oldest, longest or detections (finished ones with the most first)
  --limit N            at most N jobs, default ${DEFAULT_LIMIT}
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values } = parseArgs({
      args,
      options: {
        ...COMMON_OPTIONS,
        status: { type: 'string' },
        search: { type: 'string' },
        class: { type: 'string' },
        model: { type: 'string' },
        sort: { type: 'string' },
        limit: { type: 'string', default: DEFAULT_LIMIT },
      },
    });
    if (!/^[1-9]\d{0,8}$/.test(values.limit)) {
      throw new UsageError(`--limit is "${values.limit}": expected a whole number from 1.`);
    }
    const { status, search, class: label, model, sort } = values;
    const filters = givenFields({ status, search, class: label, model, sort });
    const server = Server.at(values.url, signal);
    let left = Number(values.limit);
    let cursor: string | null | undefined;
    while (left > 0 && cursor !== null) {
      const query = new URLSearchParams({ ...filters, limit: String(Math.min(left, PAGE)) });
      if (cursor !== undefined) query.set('cursor', cursor);
      const page = await server.json<JobListResource>(`api/jobs?${query.toString()}`);
      if (cursor === undefined && !values.json)
        console.log(row('ID', 'UPLOADED', 'STATUS', 'FRAMES', 'SECONDS', 'FOUND', 'FILE'));
      for (const job of page.jobs) console.log(values.json ? JSON.stringify(job) : rowOf(job));
      left -= page.jobs.length;
      cursor = page.nextCursor;
    }
    return EXIT.done;
  },
};

function rowOf(job: Received): string {
  const { id, times, status, video, progress, durations, detections, filename } = job;
  const all = progress?.total ?? video?.frames;
  const frames = progress ? `${progress.done}/${all ?? '?'}` : String(all ?? '');
  const uploaded = times.PROCESS_START?.replace(/\.\d+Z$/, 'Z') ?? '';
  const found = String(detections?.total ?? '');
  return row(id, uploaded, status, frames, durations.total?.toFixed(1) ?? '', found, printable(filename));
}

/** Widths that fit the longest status and most numbers; fixed, because a page is printed before the next is known. */
function row(...cells: readonly [string, string, string, string, string, string, string]): string {
  const [id, uploaded, status, frames, seconds, found, file] = cells;
  const left = [id.padEnd(24), uploaded.padEnd(20), status.padEnd(23)];
  return [...left, frames.padStart(13), seconds.padStart(9), found.padStart(7), file].join('  ');
}
