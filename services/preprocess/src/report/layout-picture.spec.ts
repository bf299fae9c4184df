import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutSchema } from '#contract';
import { layoutPicture } from './layout-picture';
import type { ReportJob } from './parts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxreel-picture-'));
});
afterEach(() => rm(folder, { recursive: true }));

const job = (): ReportJob => ({
  video: { id: 'x', filename: 'a.mp4', width: 200, height: 100, frameRate: { num: 25, den: 1 }, frames: 1 },
  path: (artifact) => join(folder, artifact),
});
const layout = layoutSchema.parse({
  lines: [{ name: 'A < B', from: [0.5, 0.1], to: [0.5, 0.9] }],
  zones: [{ name: 'Yard', points: [[0, 0], [0.25, 0], [0.25, 0.5]] }], // prettier-ignore
});

it('draws lines and zones at the size of the video, with their names', async () => {
  const picture = await layoutPicture(layout, job());
  expect(picture).toContain('viewBox="0 0 200 100"');
  expect(picture).toContain('<path class="zone" d="M0.0 0.0L50.0 0.0L50.0 50.0Z"/>');
  expect(picture).toContain('<path d="M100.0 10.0L100.0 90.0"/>');
  expect(picture).toContain('>A &lt; B</text>');
  expect(picture).not.toContain('<image');
});

it('draws them over the thumbnail of a job without frame files', async () => {
  await writeFile(join(folder, 'thumbnail.jpg'), 'jpeg');
  expect(await layoutPicture(layout, job())).toContain('href="data:image/jpeg;base64,anBlZw=="');
});
