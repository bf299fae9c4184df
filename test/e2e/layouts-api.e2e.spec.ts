import { access, rm } from 'node:fs/promises';
import type { ErrorResource, JobResource, LayoutEvents, PresetListResource, PresetResource } from '#contract';
import { Cluster } from '../support/cluster';
import { Records } from '../support/records';
import { FRAMES, LAYOUT, greyClip, send, trackedJob } from '../support/tracked-job';
import { temporaryFolder } from '../support/video';

// The API of lines and zones.

let cluster: Cluster;
let records: Records;
let folder: string;
let clip: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  clip = await greyClip(folder);
  cluster = await Cluster.start({ env: { POLL_MAX_MS: '100' } });
  records = await Records.open(cluster);
});
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const complete = () => trackedJob(cluster, records, clip);
const of = (id: string, path: string) => `${cluster.url}/api/jobs/${id}/${path}`;
const at = (id: string) => of(id, 'layout');

const problem = async (response: Response) => [
  response.status,
  ((await response.json()) as ErrorResource).error.message,
];

it('counts at lines and zones of a complete job, and removes them', async () => {
  const id = await complete();
  expect(await problem(await fetch(at(id)))).toEqual([
    404,
    `Job ${id} has no lines and zones: set them with PUT /api/jobs/${id}/layout.`,
  ]);
  const put = await send(at(id), 'PUT', LAYOUT);
  expect(put.status).toBe(200);
  const counted = (await put.json()) as LayoutEvents;
  expect(counted).toMatchObject({
    ...{ layout: LAYOUT, frameRate: 25, frames: FRAMES },
    lines: [
      {
        left: { name: null, total: 1, classes: [{ label: 'car', count: 1 }] },
        right: { name: 'eastbound', total: 1, classes: [{ label: 'person', count: 1 }] },
      },
    ],
    zones: [{ entries: { total: 2 }, exits: { total: 2 }, objects: { total: 2 } }],
  });
  expect(counted.events.map(({ frame, type, track }) => `${frame} ${type} ${track}`)).toEqual([
    ...['50 cross 1', '60 enter 2', '63 enter 1', '81 exit 2', '88 exit 1', '90 cross 2'],
  ]);
  expect(await (await fetch(at(id))).json()).toEqual(LAYOUT);
  const events = await fetch(of(id, 'events.json'));
  expect(await events.json()).toEqual(counted);
  expect(events.headers.get('Cache-Control')).toBe('private, no-cache');
  const etag = events.headers.get('ETag')!;
  const again = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }; // fetch would send no-cache
  expect((await fetch(of(id, 'events.json'), { headers: again })).status).toBe(304);
  const csv = await fetch(of(id, 'events.csv'));
  expect(csv.headers.get('Content-Disposition')).toBe('attachment; filename="clip.events.csv"');
  expect((await csv.text()).split('\n').slice(0, 3)).toEqual([
    'frame,time,event,name,direction,directionName,track,label,dwell,appeared,disappeared',
    '50,2,cross,Gate,right,eastbound,1,person,,,',
    '60,2.4,enter,Yard,,,2,car,,,',
  ]);
  expect((await send(at(id), 'DELETE')).status).toBe(204);
  expect((await fetch(at(id))).status).toBe(404);
  expect((await fetch(of(id, 'events.json'))).status).toBe(404);
  await expect(access(cluster.workspace.path(id, 'events.json'))).rejects.toThrow('ENOENT');
});

it('says what is wrong', async () => {
  const id = await complete();
  const layout = { ...LAYOUT, zones: [{ name: 'Yard', points: [[0, 0], [1, 1], [1, 0], [0, 0.5]] }], lines: [7] }; // prettier-ignore
  expect(await problem(await send(at(id), 'PUT', { ...layout, lines: [] }))).toEqual([
    400,
    'zones[0].points: the sides from point 1 and from point 3 meet: order the points along the outline.',
  ]);
  expect(await problem(await send(at(id), 'PUT', layout))).toEqual([
    400,
    expect.stringContaining('lines[0]: expected a line { name, from, to }'),
  ]);
  await rm(cluster.workspace.path(id, 'tracks.json'));
  expect(await problem(await send(at(id), 'PUT', LAYOUT))).toEqual([
    409,
    `Job ${id} has no tracks, which lines and zones need: run its video again with tracking.`,
  ]);
  const waiting = await records.insert('FRAME_CONVERT_ERROR', 'clip.mp4');
  expect(await problem(await send(at(waiting), 'PUT', LAYOUT))).toEqual([
    409,
    `Job ${waiting} is FRAME_CONVERT_ERROR: lines and zones can be set once it is POSTPROCESSING_COMPLETE.`,
  ]);
});

it('stores presets, and jobs take them', async () => {
  const preset = `${cluster.url}/api/layouts/Main%20Street`;
  const stored = (await (await send(preset, 'PUT', LAYOUT)).json()) as PresetResource;
  expect(stored).toMatchObject({ name: 'Main Street', layout: LAYOUT });
  expect(await (await fetch(cluster.url + stored.links.self)).json()).toEqual(stored);
  const { layouts } = (await (await fetch(`${cluster.url}/api/layouts`)).json()) as PresetListResource;
  expect(layouts.map(({ name }) => name)).toEqual(['Main Street']);
  expect((await send(`${cluster.url}/api/layouts/%2F`, 'PUT', LAYOUT)).status).toBe(400);

  const id = await cluster.submit(clip, undefined, { layout: 'Main Street', frameStep: '1000' });
  expect(await (await fetch(at(id))).json()).toEqual(LAYOUT);
  const refused = await cluster.upload(clip, undefined, { layout: 'Side Street' });
  expect(await problem(refused)).toEqual([
    400,
    'The job was rejected: layout: unknown preset "Side Street"; expected JSON or the name of a preset, see GET /api/layouts.',
  ]);
  expect((await send(preset, 'DELETE')).status).toBe(204);
  expect((await fetch(preset)).status).toBe(404);

  await cluster.finished(id);
  const rerun = async (fields: object) => {
    const response = await send(`${cluster.url}/api/jobs/${id}/rerun`, 'POST', fields);
    return fetch(at(((await response.json()) as JobResource).id));
  };
  expect(await (await rerun({})).json()).toEqual(LAYOUT);
  expect(await (await rerun({ layout: { lines: LAYOUT.lines } })).json()).toMatchObject({ zones: [] });
  expect((await rerun({ layout: '' })).status).toBe(404);
});
