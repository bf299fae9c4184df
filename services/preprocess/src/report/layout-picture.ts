import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from '#contract';
import { isMissing } from '#errors';
import { xml } from '#exports';
import { frameName } from '#workspace';
import type { ReportJob } from './parts';

type Point = readonly number[];

/** The lines and zones of a job over the first frame of its video, as SVG. */
export async function layoutPicture(layout: Layout, { video, path }: ReportJob): Promise<string> {
  const { width, height } = video;
  const frame =
    (await readIfExists(join(path('src_frame'), frameName(0)))) ??
    (await readIfExists(path('thumbnail.jpg')));
  const at = ([x = 0, y = 0]: Point) => `${(x * width).toFixed(1)} ${(y * height).toFixed(1)}`;
  const size = Math.max(width, height);
  const label = (name: string, [x = 0, y = 0]: Point) =>
    `<text x="${(x * width + size / 100).toFixed(1)}" y="${(y * height - size / 100).toFixed(1)}">${xml(name)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>path{fill:none;stroke:#ffd400;stroke-width:${size / 320}}.zone{fill:#ffd40040}`,
    `text{fill:#fff;stroke:#000;stroke-width:${size / 250};paint-order:stroke;font:${size / 45}px sans-serif}</style>`,
    ...(frame
      ? [
          `<image href="data:image/jpeg;base64,${frame.toString('base64')}" width="${width}" height="${height}" preserveAspectRatio="none"/>`,
        ]
      : []),
    ...layout.zones.map(
      ({ name, points }) =>
        `<path class="zone" d="M${points.map(at).join('L')}Z"/>${label(name, points[0] ?? [])}`,
    ),
    ...layout.lines.map(({ name, from, to }) => `<path d="M${at(from)}L${at(to)}"/>${label(name, from)}`),
    '</svg>\n',
  ].join('\n');
}

async function readIfExists(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}
