import { parseArgs } from 'node:util';
import type { JobResource } from './api';
import { UsageError } from './usage-error';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, type Command } from './command';
import { printable } from './printable';
import { RequestRefusedError, Server, jobPath } from './server';

export const cancel = change('cancel', 'Cancels queued or running jobs.', (server, id) =>
  server.json<JobResource>(jobPath(id, 'cancel'), { method: 'POST' }),
);

export const retry = change(
  'retry',
  'Retries failed or cancelled jobs from the stage where they stopped.',
  (server, id) => server.json<JobResource>(jobPath(id, 'retry'), { method: 'POST' }),
);

export const remove = change(
  'delete',
  'Deletes jobs and all their files, without confirmation.',
  async (server, id) => {
    await server.request(jobPath(id), { method: 'DELETE' });
    return { id, status: 'DELETED' };
  },
);

/** A command that changes jobs, one by one. */
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
      if (ids.length === 0) throw new UsageError(`${name} needs the id of a job; see --help.`);
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
