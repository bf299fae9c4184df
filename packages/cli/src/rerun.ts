import { parseArgs } from 'node:util';
import type { JobResource } from './api';
import {
  COMMON_OPTIONS,
  COMMON_USAGE,
  EXIT,
  JOB_OPTIONS,
  TRACKING_USAGE,
  jobFields,
  type Command,
} from './command';
import { hasFailed } from './follow';
import { printJob } from './printable';
import { Server, jobPath } from './server';
import { UsageError } from './usage-error';
import { waitFor } from './wait';

export const rerun: Command = {
  usage: `Usage: boxreel rerun ID [options]

Runs the video of an ended job again, as a new job, and prints its id. Options that are not given stay as they were.

  --model NAME         another detector, see GET /api/models; brings its own defaults
  --score NUMBER       score that detections must exceed, 0..1
  --classes NAME,...   only these classes; "" for all
  --frame-step N       run detection on every Nth frame
${TRACKING_USAGE}
  --callback-url URL   address that the server calls when the job has ended
  --wait               wait until the job has ended
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...COMMON_OPTIONS, ...JOB_OPTIONS },
    });
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0)
      throw new UsageError('rerun needs the id of one job; see --help.');
    const server = Server.at(values.url, signal);
    const job = await server.json<JobResource>(jobPath(id, 'rerun'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(jobFields(values)),
    });
    if (!values.wait) {
      console.log(values.json ? JSON.stringify(job) : job.id);
      return EXIT.done;
    }
    const ended = await waitFor(server, job);
    printJob(ended, values.json);
    return hasFailed(ended) ? EXIT.failed : EXIT.done;
  },
};
