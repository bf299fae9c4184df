import { parseArgs } from 'node:util';
import type { JobResource } from './api';
import { UsageError } from './usage-error';
import {
  COMMON_OPTIONS,
  COMMON_USAGE,
  EXIT,
  JOB_OPTIONS,
  TRACKING_USAGE,
  assertIsFile,
  jobFields,
  type Command,
} from './command';
import { hasFailed } from './follow';
import { printJob, printable } from './printable';
import { RequestRefusedError, Server } from './server';
import { upload } from './upload';
import { waitFor } from './wait';

export const submit: Command = {
  usage: `Usage: boxreel submit VIDEO... [options]

Sends videos and prints the id of each job, or with --wait the result.

  --model NAME         detector to use, see GET /api/models
  --score NUMBER       score that detections must exceed, 0..1
  --classes NAME,...   only these classes
  --frame-step N       run detection on every Nth frame
${TRACKING_USAGE}
  --callback-url URL   address that the server calls when the job has ended
  --wait               wait until the jobs have ended
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values, positionals: files } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...COMMON_OPTIONS, ...JOB_OPTIONS },
    });
    if (files.length === 0) throw new UsageError('submit needs a video; see --help.');
    for (const file of files) await assertIsFile(file);
    const server = Server.at(values.url, signal);
    const fields = jobFields(values);

    let code: number = EXIT.done;
    const jobs: JobResource[] = [];
    for (const file of files) {
      try {
        const job = await upload(server, file, fields, (text) => {
          console.error(`${printable(file)}: ${text}`);
        });
        jobs.push(job);
        if (!values.wait) console.log(values.json ? JSON.stringify(job) : job.id);
        // Print the id now: the job may never end, and the others are awaited first to last.
        else if (files.length > 1) console.error(printable(`${file}: job ${job.id}`));
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        console.error(printable(`${file}: ${error.message}`)); // the others may succeed
        code = EXIT.refused;
      }
    }
    if (!values.wait) return code;
    for (const job of jobs) {
      try {
        const ended = await waitFor(server, job);
        printJob(ended, values.json);
        if (hasFailed(ended) && code === EXIT.done) code = EXIT.failed;
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        console.error(printable(`${job.filename}: ${error.message}`)); // for example deleted: keep waiting for the others
        code = EXIT.refused;
      }
    }
    return code;
  },
};
