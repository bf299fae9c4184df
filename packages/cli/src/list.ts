import { parseArgs } from 'node:util';
import type { JobListResource, JobResource } from './api';
import { UsageError } from './usage-error';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, type Command } from './command';
import { printable } from './printable';
import { Server } from './server';

/** Page size; the server returns at most 500 jobs per request. */
const PAGE = 500;

const DEFAULT_LIMIT = '50';

export const list: Command = {
  usage: `Usage: boxreel list [options]

Lists jobs, newest first.

  --status STATUS      only those in this status, such as POSTPROCESSING_COMPLETE
  --limit N            at most N jobs, default ${DEFAULT_LIMIT}
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values } = parseArgs({
      args,
      options: {
        ...COMMON_OPTIONS,
        status: { type: 'string' },
        limit: { type: 'string', default: DEFAULT_LIMIT },
      },
    });
    if (!/^[1-9]\d{0,8}$/.test(values.limit)) {
      throw new UsageError(`--limit is "${values.limit}": expected a whole number from 1.`);
    }
    const server = Server.at(values.url, signal);
    let left = Number(values.limit);
    let cursor: string | null | undefined;
    while (left > 0 && cursor !== null) {
      const query = new URLSearchParams({ limit: String(Math.min(left, PAGE)) });
      if (values.status !== undefined) query.set('status', values.status);
      if (cursor !== undefined) query.set('cursor', cursor);
      const page = await server.json<JobListResource>(`api/jobs?${query.toString()}`);
      if (cursor === undefined && !values.json) console.log(row('ID', 'STATUS', 'FRAMES', 'SECONDS', 'FILE'));
      for (const job of page.jobs) console.log(values.json ? JSON.stringify(job) : rowOf(job));
      left -= page.jobs.length;
      cursor = page.nextCursor;
    }
    return EXIT.done;
  },
};

function rowOf({ id, status, video, progress, durations, filename }: JobResource): string {
  const all = progress?.total ?? video?.frames;
  const frames = progress ? `${progress.done}/${all ?? '?'}` : String(all ?? '');
  return row(id, status, frames, durations.total?.toFixed(1) ?? '', printable(filename));
}

/** Fits the longest status and most numbers; the widths are fixed because a page is printed before the next is known. */
function row(id: string, status: string, frames: string, seconds: string, file: string): string {
  return `${id.padEnd(24)}  ${status.padEnd(23)}  ${frames.padStart(13)}  ${seconds.padStart(9)}  ${file}`;
}
