import { parseArgs } from 'node:util';
import { UsageError } from './usage-error';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, type Command } from './command';
import { download } from './download';
import { hasFailed } from './follow';
import { makeMp4 } from './mp4';
import { printJob, printable } from './printable';
import { Server, jobPath } from './server';
import { waitFor } from './wait';

/** Formats by file extension; longer extensions first. */
const FORMATS = [
  ['.coco.json', 'coco'],
  ['.json', 'json'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.csv', 'csv'],
  ['.cvat.xml', 'cvat'],
  ['.xml', 'cvat'],
  ['.vtt', 'vtt'],
  ['.txt', 'mot'],
  ['.mot.zip', 'mot-gt'],
  ['.zip', 'zip'],
] as const;

export const get: Command = {
  usage: `Usage: boxreel get ID [options]

Prints a job and saves its results.

  --avi FILE           the annotated video as AVI
  --mp4 FILE           the annotated video as MP4, made first if necessary
  --detections FILE    the detections, in the format of the file extension: ${FORMATS.map(([ending]) => ending).join(' ')}
  --format FORMAT      or in this format: json, ndjson, csv, coco, mot, mot-gt, cvat, vtt, or zip for the txt file of
                       every frame
  --wait               wait until the job has ended first
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...COMMON_OPTIONS,
        avi: { type: 'string' },
        mp4: { type: 'string' },
        detections: { type: 'string' },
        format: { type: 'string' },
        wait: { type: 'boolean', default: false },
      },
    });
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0) throw new UsageError('get needs the id of one job; see --help.');
    const { avi, mp4, detections, format } = values;
    if (format !== undefined && detections === undefined)
      throw new UsageError('--format requires --detections.');
    const server = Server.at(values.url, signal);
    const downloads = [
      ...(avi === undefined ? [] : [{ file: avi, path: () => jobPath(id, 'video') }]),
      ...(mp4 === undefined ? [] : [{ file: mp4, path: () => makeMp4(server, id) }]),
      ...(detections === undefined
        ? []
        : [{ file: detections, path: detectionsPath(id, detections, format) }]),
    ];

    let job = await server.job(id);
    if (values.wait) job = await waitFor(server, job);
    printJob(job, values.json);
    if (values.wait && hasFailed(job)) return EXIT.failed;
    for (const { file, path } of downloads) {
      await download(server, await path(), file);
      console.error(`Saved ${printable(file)}`);
    }
    return EXIT.done;
  },
};

function detectionsPath(id: string, file: string, given: string | undefined): () => string {
  const format = given ?? FORMATS.find(([ending]) => file.toLowerCase().endsWith(ending))?.[1];
  if (format === undefined) {
    const endings = FORMATS.map(([ending]) => ending).join(', ');
    throw new UsageError(`${file} has no known extension: expected one of ${endings}, or --format.`);
  }
  if (format === 'zip') return () => jobPath(id, 'txts.zip');
  return () => `${jobPath(id, 'detections')}?${new URLSearchParams({ format }).toString()}`;
}
