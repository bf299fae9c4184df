import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeTracks, type TrackEntry } from '#annotation';
import type { TracksResource } from '#contract';
import { outcome, startClient } from '../support/client';
import { Cluster } from '../support/cluster';
import { playerJob } from '../support/player-jobs';
import { Records } from '../support/records';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// Results as tables, and tracks. No worker runs.

const person = { label: 'person', classIndex: 0, score: 0.9, box: [0.1, 0.2, 0.3, 0.4], track: 1 } as const;
const track: TrackEntry = {
  ...{ id: 1, label: 'person', classIndex: 0, bestScore: 0.9, bestFrame: 0, boxes: 50, detections: 50 },
  ...{ firstFrame: 0, lastFrame: 49, firstTime: 0, lastTime: 1.96 },
  ...{ meanBox: [0.1, 0.2, 0.3, 0.4], path: [[0, 0.2, 0.4]] },
};

let cluster: Cluster;
let records: Records;
let folder: string;
let id: string;

const at = (path: string) => `${cluster.url}/api/${path}`;
const list = () => cluster.workspace.path(id, 'tracks.json');

beforeAll(async () => {
  folder = await temporaryFolder();
  const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=25:d=2'), ...H264);
  cluster = await Cluster.start({ replicas: { preprocess: 1, infer: 0, postprocess: 0 } });
  records = await Records.open(cluster);
  const frameRate = { num: 25, den: 1 };
  id = await playerJob(cluster, records, {
    ...{ clip, frameRate, frames: 50, filename: '=street.mp4' },
    found: () => [person],
  });
  const classes = [{ label: 'person', count: 50, objects: 1 }];
  await records.set(id, {
    detections: { total: 50, classes },
    PROCESS_START: new Date('2026-11-02T10:00:00Z'),
  });
  await writeTracks(list(), { frameRate: 25, tracks: [track] });
});
afterAll(async () => {
  await records.close();
  await cluster.stop();
  await rm(folder, { recursive: true });
});

it('tracks are listed and filtered', async () => {
  const answer = await fetch(at(`jobs/${id}/tracks`));
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
  const colour = expect.stringMatching(/^#[0-9a-f]{6}$/) as string;
  expect(await answer.json()).toEqual({ frameRate: 25, tracks: [{ ...track, colour }] });
  const etag = answer.headers.get('etag')!;
  const unless = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }; // fetch would send no-cache
  expect((await fetch(at(`jobs/${id}/tracks`), { headers: unless })).status).toBe(304);
  for (const query of ['classes=car', 'minScore=0.9']) {
    const { tracks } = (await (await fetch(at(`jobs/${id}/tracks?${query}`))).json()) as TracksResource;
    expect(tracks).toEqual([]);
  }
});

it.each(['tracks', 'detections.mot.zip'])('%s says why a job has none', async (path) => {
  const hidden = join(folder, 'hidden');
  await rename(list(), hidden);
  const answer = await fetch(at(`jobs/${id}/${path}`));
  await rename(hidden, list());
  const message = `Job ${id} has no tracks, because its objects were not tracked. Run it again with tracking on: POST /api/jobs/${id}/rerun with {"tracking": "on"}.`;
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: { message } }]);
});

it.each([
  ['tracks?minScore=2', 'Invalid minScore "2": expected a number from 0 to 1.'],
  ['tracks?score=1', 'Unknown parameter "score": expected minScore, classes.'],
  ['tracks?classes=a&classes=b', 'classes: expected a single value.'],
])('%s is refused', async (path, message) => {
  const answer = await fetch(at(`jobs/${id}/${path}`));
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { message } }]);
});

it('report.zip has counts and tracks', async () => {
  const answer = await fetch(at(`jobs/${id}/report.zip`));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const zip = join(folder, 'report.zip');
  await writeFile(zip, Buffer.from(await answer.arrayBuffer()));
  const script =
    'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))';
  const { stdout } = await promisify(execFile)('python3', ['-c', script, zip]);
  expect(JSON.parse(stdout)).toEqual({
    'counts.csv': 'label,classIndex,objects,detections,firstTime,lastTime\nperson,0,1,50,0.0,1.96\n',
    'tracks.csv': expect.stringContaining('\n1,person,0,0,49,0.0,1.96,2.0,50,50,0.9,0,') as string,
  });
});

const HEADER = 'job,filename,status,created,duration,class,detections,objects\n';
const line = () => `${id},'=street.mp4,POSTPROCESSING_COMPLETE,2026-11-02T10:00:00.000Z,2,person,50,1\n`;

it.each([
  ['', line],
  ['?since=2026-11-02&until=2026-11-02', line],
  ['?since=2026-11-03', () => ''],
  ['?until=2026-11-02T10:00:00Z', () => ''],
])('report%s has the jobs of the period', async (query, expected) => {
  const answer = await fetch(at(`report${query}`));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
  ]);
  expect(await answer.text()).toBe(HEADER + expected());
});

it('report refuses other times', async () => {
  const answer = await fetch(at('report?since=yesterday'));
  const message =
    'Invalid since "yesterday": expected a date such as 2026-11-30, or a time such as 2026-11-30T08:00:00Z.';
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { message } }]);
});

it('the client prints the report and the tracks', async () => {
  const run = (...args: string[]) => outcome(startClient(folder, args, { BOXREEL_URL: cluster.url }));
  expect(await run('report', '--since', '2026-11-01')).toMatchObject({ code: 0, out: HEADER + line() });
  expect((await run('report', '--csv', 'report.csv')).err).toBe('Saved report.csv\n');
  const { code, out } = await run('tracks', id);
  expect([code, out.split('\n')[1]?.split(/ {2,}/)]).toEqual([
    0,
    ['', '1', '0.0 s', '2.0 s', '50', '0.90', 'person'],
  ]);
});
