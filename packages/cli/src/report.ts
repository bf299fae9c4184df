import { parseArgs } from 'node:util';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, givenFields, type Command } from './command';
import { print, save } from './download';
import { printable } from './printable';
import { Server } from './server';

export const report: Command = {
  usage: `Usage: boxreel report [options]

Prints a table of jobs as CSV: a row per job and class, with detections and distinct objects.

  --since TIME         jobs uploaded at this date or time or later, such as 2026-11-01 or 2026-11-01T08:00:00Z
  --until TIME         jobs uploaded before this time, or up to and including this date
  --classes NAME,...   a row for each of these classes, even if there were none
  --csv FILE           write the table into a file
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values } = parseArgs({
      args,
      options: {
        ...COMMON_OPTIONS,
        since: { type: 'string' },
        until: { type: 'string' },
        classes: { type: 'string' },
        csv: { type: 'string' },
      },
    });
    const { since, until, classes, csv } = values;
    const server = Server.at(values.url, signal);
    const query = new URLSearchParams(givenFields({ since, until, classes })).toString();
    const response = await server.request(query === '' ? 'api/report' : `api/report?${query}`);
    if (csv === undefined) {
      await print(server, response);
      return EXIT.done;
    }
    await save(server, response, csv);
    console.error(`Saved ${printable(csv)}`);
    return EXIT.done;
  },
};
