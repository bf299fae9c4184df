import { parseArgs } from 'node:util';
import type { JobResource } from './api';
import { UsageError } from './usage-error';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, type Command } from './command';
import { printable } from './printable';
import { RequestRefusedError, Server, jobPath } from './server';

export const cancel = change('cancel', 'Stops jobs that wait or run.', (server, id) =>
  server.json<JobResource>(jobPath(id, 'cancel'), { method: 'POST' }),
);

export const retry = change(
  'retry',
  'Starts failed or cancelled jobs again, at the stage where they ended.',
  (server, id) => server.json<JobResource>(jobPath(id, 'retry'), { method: 'POST' }),
);

export const remove = change(
  'delete',
  'Removes jobs with all their files, without asking.',
  async (server, id) => {
    await server.request(jobPath(id), { method: 'DELETE' });
    return { id, status: 'DELETED' };
  },
);

/** A command that does something to jobs, one after the other. */
function change(
  name: string,
  what: string,
  apply: (server: Server, id: string) => Promise<Pick<JobResource, 'id'> & { status: string }>,
): Command {
  return {
    usage: `Usage: boxreel ${name} ID... [options]\n\n${what}\n\n${COMMON_USAGE}`,

    async run(args, signal) {
      const { values, positionals: ids } = parseArgs({
        args,
        allowPositionals: true,
        options: COMMON_OPTIONS,
      });
      if (ids.length === 0) throw new UsageError(`${name} needs the id of a job; --help tells more.`);
      const server = Server.at(values.url, signal);
      let code: number = EXIT.done;
      for (const id of ids) {
        try {
          const job = await apply(server, id);
          console.log(values.json ? JSON.stringify(job) : `${job.id}: ${job.status}`);
        } catch (error) {
          if (!(error instanceof RequestRefusedError)) throw error;
          console.error(printable(`${id}: ${error.message}`));
          code = EXIT.refused;
        }
      }
      return code;
    },
  };
}
