import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { OneImageResource } from './api';
import { COMMON_OPTIONS, COMMON_USAGE, EXIT, assertIsFile, givenFields, type Command } from './command';
import { save } from './download';
import { printable } from './printable';
import { RequestRefusedError, Server } from './server';
import { UsageError } from './usage-error';

type Fields = Readonly<Record<string, string>>;

export const detect: Command = {
  usage: `Usage: boxreel detect IMAGE... [options]

Detects objects in JPEG, PNG or WebP images and prints the label, score and box (corners in pixels) of each.

  --model NAME         detector to use, see GET /api/models
  --score NUMBER       score that detections must exceed, 0..1
  --iou NUMBER         drop the weaker of two boxes of a class that overlap more than this, 0..1
  --max N              at most N detections per image
  --classes NAME,...   only these classes
  --annotate FILE      save the image with the boxes as JPEG; for one image
${COMMON_USAGE}`,

  async run(args, signal) {
    const { values, positionals: files } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...COMMON_OPTIONS,
        model: { type: 'string' },
        score: { type: 'string' },
        iou: { type: 'string' },
        max: { type: 'string' },
        classes: { type: 'string' },
        annotate: { type: 'string' },
      },
    });
    const { url, json, model, score, iou, max, classes, annotate } = values;
    if (files.length === 0) throw new UsageError('detect needs an image; see --help.');
    if (annotate !== undefined && files.length > 1) {
      throw new UsageError('--annotate saves one image: give one at a time.');
    }
    for (const file of files) await assertIsFile(file);
    const server = Server.at(url, signal);
    const fields = givenFields({ model, score, iou, max, classes });

    let code: number = EXIT.done;
    for (const file of files) {
      try {
        const found = (await (await send(server, file, fields)).json()) as OneImageResource;
        console.log(json ? JSON.stringify(found) : describe(file, found));
        if (annotate === undefined) continue;
        await save(server, await send(server, file, fields, '?annotate=1'), annotate);
        console.error(`Saved ${printable(annotate)}`);
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        console.error(printable(`${file}: ${error.message}`)); // the others may succeed
        code = EXIT.refused;
      }
    }
    return code;
  },
};

async function send(server: Server, file: string, fields: Fields, query = ''): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', await openAsBlob(file), basename(file));
  return server.request(`api/detect${query}`, { method: 'POST', body: form });
}

function describe(file: string, { image, detections, timings }: OneImageResource): string {
  const { width, height } = image;
  const count = detections.length === 1 ? '1 object' : `${detections.length} objects`;
  const heading = `${file}: ${count}, ${width}x${height} pixels, ${timings.totalMs.toFixed(0)} ms`;
  const rows = detections.map(({ label, score, pixels }) => [
    label,
    score.toFixed(2),
    ...[pixels.x1, pixels.y1, pixels.x2, pixels.y2].map(String),
  ]);
  return [heading, ...table([['LABEL', 'SCORE', 'X1', 'Y1', 'X2', 'Y2'], ...rows])].map(printable).join('\n');
}

/** Lines with aligned columns: the first to the left, the numbers to the right; none without rows below the head. */
function table(rows: readonly (readonly string[])[]): string[] {
  const [head = []] = rows;
  if (rows.length === 1) return [];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`;
  });
}
