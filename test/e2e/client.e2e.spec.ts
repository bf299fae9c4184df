import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResource } from '#contract';
import { freePort } from '../../scripts/start/database';
import { outcome, startClient } from '../support/client';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

const KEY = randomBytes(32).toString('base64url');
const API_KEYS = `alice:${createHash('sha256').update(KEY).digest('hex')}`;

let folder: string;

beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));

const start = (args: string[], env: NodeJS.ProcessEnv) => startClient(folder, args, env);

describe('with a server', () => {
  let cluster: Cluster;
  let env: NodeJS.ProcessEnv;
  const run = async (...args: string[]) => {
    const result = await outcome(start(args, env));
    expect(result.out + result.err).not.toContain(KEY);
    return result;
  };
  const jobOf = (out: string) => JSON.parse(out) as JobResource;

  beforeAll(async () => {
    cluster = await Cluster.start({
      env: { API_KEYS, SERVICE_TOKEN: randomBytes(16).toString('hex'), LEASE_MS: '5000' },
    });
    env = { BOXREEL_URL: cluster.url, BOXREEL_KEY: KEY };
    const pattern = source('testsrc2=s=160x120:r=10:d=1');
    await ffmpeg(join(folder, 'clip.mp4'), ...pattern, ...H264);
    await ffmpeg(join(folder, 'other "거리".mp4'), ...pattern, ...H264);
    const cut = await ffmpeg(join(folder, 'cut.mp4'), ...pattern, ...H264, '-movflags', '+faststart');
    await truncate(cut, Math.floor((await stat(cut)).size * 0.6));
    await writeFile(join(folder, 'text.mp4'), 'no video at all');
  });
  afterAll(() => cluster.stop());

  describe('a video', () => {
    let job: JobResource;

    it('is sent, awaited and printed as JSON', async () => {
      const choices = ['--score', '0.1', '--classes', 'person,car', '--frame-step', '2'];
      const args = ['submit', 'clip.mp4', '--model', 'ssdlite-mobilenetv2', ...choices, '--wait', '--json'];
      const { code, out, err } = await run(...args);
      expect([code, out.split('\n')]).toEqual([0, [expect.any(String), '']]);
      job = jobOf(out);
      expect(job).toMatchObject({
        ...{ filename: 'clip.mp4', status: 'POSTPROCESSING_COMPLETE' },
        options: { model: 'ssdlite-mobilenetv2', score: 0.1, classes: ['person', 'car'], frameStep: 2 },
      });
      const lines = err.trim().split('\n');
      expect(lines[0]).toBe('clip.mp4: ENQUEUE');
      expect(lines.at(-1)).toBe('clip.mp4: POSTPROCESSING_COMPLETE');
      expect(new Set(lines).size).toBe(lines.length);
    });

    it('can be downloaded, with all its results', async () => {
      const saves = ['--avi', 'out.avi', '--detections', 'out.csv'];
      const mp4 = await run('get', job.id, '--mp4', 'out.mp4');
      expect([mp4.code, mp4.err]).toEqual([0, expect.stringMatching(/Saved out\.mp4\n$/)]);
      expect((await streams(join(folder, 'out.mp4')))[0]).toMatchObject({
        codec_name: 'h264',
        nb_frames: '10',
      });
      const { code, out, err } = await run('get', job.id, ...saves);
      expect([code, err]).toEqual([0, 'Saved out.avi\nSaved out.csv\n']);
      expect(out).toMatch(new RegExp(`^clip\\.mp4\n  id +${job.id}\n  status +POSTPROCESSING_COMPLETE\n`));
      expect(await streams(join(folder, 'out.avi'))).toEqual([
        expect.objectContaining({ codec_type: 'video', nb_frames: '10' }),
      ]);
      expect(await readFile(join(folder, 'out.csv'), 'utf8')).toMatch(/^frame,time,label,/);
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    });

    it('can be run again', async () => {
      const choices = ['--classes', '', '--score', '0.3', '--track-buffer', '20', '--min-length', '4'];
      const { code, out } = await run('rerun', job.id, ...choices, '--wait', '--json');
      expect([code, JSON.parse(out)]).toEqual([
        0,
        expect.objectContaining({
          ...{ origin: job.id, status: 'POSTPROCESSING_COMPLETE' },
          options: {
            ...{ model: 'ssdlite-mobilenetv2', score: 0.3, classes: [], frameStep: 2 },
            ...{ tracking: 'on', trackBuffer: 20, minLength: 4 },
          },
        }),
      ]);
      await run('delete', jobOf(out).id);
    });

    it.each<[string, RegExp, ...string[]]>([
      ['a.json', /^{"id":/],
      ['a.ndjson', /^{"n":0,/],
      ['a.coco.json', /^{"info":/],
      ['a.vtt', /^WEBVTT\n/],
      ['a.mot.zip', /^PK.*seqinfo\.ini/s],
      ['a.xml', /^<\?xml/],
      ['a.ZIP', /^PK/],
      ['whatever', /^WEBVTT\n/, '--format', 'vtt'],
      ['b.csv', /^{"info":/, '--format', 'coco'],
    ])('has its detections in the format of %s', async (file, words, ...args) => {
      const { code, out } = await run('get', job.id, '--json', '--detections', file, ...args);
      expect([code, jobOf(out).id]).toEqual([0, job.id]);
      expect(await readFile(join(folder, file), 'latin1')).toMatch(words);
    });

    it('is in the list', async () => {
      const { code, out } = await run('list', '--status', 'done', '--search', 'clip', '--sort', 'newest', '--limit', '1');
      const [heading, row, ...rest] = out.split('\n');
      expect([code, heading?.split(/ +/), rest]).toEqual([0, ['ID', 'UPLOADED', 'STATUS', 'FRAMES', 'SECONDS', 'FOUND', 'FILE'], ['']]);
      expect(row).toMatch(new RegExp(`^${job.id}  20\\S+Z +POSTPROCESSING_COMPLETE +10 +\\d+\\.\\d +\\d+  clip\\.mp4$`));
      const json = await run('list', '--json');
      expect(json.out.trim().split('\n').map((line) => jobOf(line).id)).toContain(job.id);
    }); // prettier-ignore

    it('cannot be cancelled or retried once it is complete', async () => {
      for (const command of ['cancel', 'retry']) {
        const { code, out, err } = await run(command, job.id);
        expect([code, out]).toEqual([3, '']);
        expect(err).toContain(`${job.id}: `);
      }
    });

    it('is deleted, and unknown ids are reported', async () => {
      const { code, out, err } = await run('delete', job.id, '64b000000000000000000001');
      expect([code, out]).toEqual([3, `${job.id}: DELETED\n`]);
      expect(err).toBe('64b000000000000000000001: There is no job 64b000000000000000000001.\n');
      expect((await run('get', job.id)).code).toBe(3);
    });
  });

  it('prints the ids of several, which can then be cancelled and retried', async () => {
    const { code, out } = await run('submit', 'clip.mp4', 'other "거리".mp4');
    const ids = out.trim().split('\n');
    expect([code, ids]).toEqual([0, [expect.stringMatching(/^\w{24}$/), expect.stringMatching(/^\w{24}$/)]]);
    const [id = ''] = ids;
    const cancelled = await run('cancel', id, '--json');
    if (cancelled.code === 0) {
      // it had not ended yet
      expect(jobOf(cancelled.out).status).toBe('CANCELLED');
      const waited = await run('get', id, '--wait', '--json');
      expect([waited.code, jobOf(waited.out).status]).toEqual([1, 'CANCELLED']);
      expect((await run('retry', id)).code).toBe(0);
    }
    expect((await run('get', id, '--wait')).code).toBe(0);
  });

  it('exits with 1 and the reason if a job fails', async () => {
    const { code, out } = await run('submit', 'cut.mp4', 'clip.mp4', '--wait');
    expect(code).toBe(1);
    expect(out).toMatch(/^cut\.mp4\n.*\n {2}status +FRAME_CONVERT_ERROR\n {2}reason +\S.*\.\n/);
    expect(out).toMatch(/\nclip\.mp4\n.*\n {2}status +POSTPROCESSING_COMPLETE\n/);
  });

  it('exits with 3 if a file is refused, but sends the others', async () => {
    const { code, out, err } = await run('submit', 'text.mp4', 'clip.mp4');
    expect([code, out]).toEqual([3, expect.stringMatching(/^\w{24}\n$/)]);
    expect(err).toMatch(/^text\.mp4: .*video/);
  });

  it.each<[what: string, words: RegExp, args: string[]]>([
    ['a model that does not exist', /Unknown model "resnet"/, ['submit', 'clip.mp4', '--model', 'resnet']],
    ['a status that does not exist', /Invalid status "DONE"/, ['list', '--status', 'DONE']],
    ['an invalid id', /Invalid job id/, ['get', '../models']],
    ['a missing video', /no annotated video|no job/, ['get', '64b000000000000000000001', '--avi', 'x.avi']],
  ])('exits with 3 and the reason of the server for %s', async (_, words, args) => {
    const { code, out, err } = await run(...args);
    expect([code, out, err]).toEqual([3, '', expect.stringMatching(words)]);
  }); // prettier-ignore

  it.each([undefined, 'wrong'])('exits with 3 for the key %s, and names BOXREEL_KEY', async (key) => {
    const { code, err } = await outcome(start(['submit', 'clip.mp4'], { ...env, BOXREEL_KEY: key }));
    expect([code, err]).toEqual([3, expect.stringMatching(/^clip\.mp4: .*key.*BOXREEL_KEY/i)]);
  });

  it('exits with 1 if a file cannot be written, and leaves nothing behind', async () => {
    await mkdir(join(folder, 'taken.json'));
    const id = (await run('submit', 'clip.mp4')).out.trim();
    await run('get', id, '--wait');
    for (const file of ['taken.json', 'nowhere/out.json']) {
      const { code, err } = await run('get', id, '--detections', file);
      expect([code, err]).toEqual([1, expect.stringMatching(/^E[A-Z]+: /)]);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('keeps waiting while the server restarts', async () => {
    const [preprocess] = cluster.processes.preprocess;
    const child = start(['submit', 'clip.mp4', '--wait', '--json'], env);
    const end = outcome(child);
    await once(child.stderr!, 'data');
    process.kill(preprocess!.pid!, 'SIGKILL');
    const { code, out } = await end;
    expect([code, jobOf(out).status]).toEqual([0, 'POSTPROCESSING_COMPLETE']);
  });

  it('stops waiting at Ctrl-C, and explains how to resume', async () => {
    const child = start(['submit', 'clip.mp4', '--wait'], env);
    const end = outcome(child);
    await once(child.stderr!, 'data');
    child.kill('SIGINT');
    const { code, out, err } = await end;
    expect([code, out]).toEqual([130, '']);
    const [, id = ''] = /boxreel get (\w{24}) --wait\n$/.exec(err) ?? [];
    expect((await run('get', id, '--wait')).code).toBe(0);
  });
});

describe('without a server', () => {
  it.each([
    ['list', []],
    ['submit', ['clip.mp4']],
  ])('%s exits with 3 and an explanation', async (command, files) => {
    await writeFile(join(folder, 'clip.mp4'), 'whatever');
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, out, err } = await outcome(start([command, ...files, '--url', url], {}));
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(
      /cannot be reached \(ECONNREFUSED\)\. Is it running\? Set its address with --url or BOXREEL_URL\.\n$/,
    );
  });

  it.each<[words: RegExp, ...args: string[]]>([
    [/^Usage: boxreel <command>/],
    [/Unknown command "sumbit". Commands: submit, detect, list,/, 'sumbit'],
    [/Unknown command "toString"/, 'toString'],
    [/submit needs a video/, 'submit'],
    [/File not found: nothing\.mp4/, 'submit', 'nothing.mp4'],
    [/File not found: \./, 'submit', '.'],
    [/--key/, 'list', '--key', 'secret'],
    [/--limit is "0"/, 'list', '--limit', '0'],
    [/The server's URL is "ftp:\/\/x"/, 'list', '--url', 'ftp://x'],
    [/The server's URL is "nonsense"/, 'list', '--url', 'nonsense'],
    [/rerun needs the id of one job/, 'rerun'],
    [/get needs the id of one job/, 'get'],
    [/get needs the id of one job/, 'get', 'a', 'b'],
    [/out\.doc has no known extension/, 'get', 'a', '--detections', 'out.doc'],
    [/--format requires --detections/, 'get', 'a', '--format', 'csv'],
    [/cancel needs the id of a job/, 'cancel'],
  ])('prints %s and exits with 2', async (words, ...args) => {
    const { code, out, err } = await outcome(start(args, {}));
    expect([code, out + err]).toEqual([2, expect.stringMatching(words)]);
  });

  it.each(['submit', 'list', 'get', 'tracks', 'report', 'rerun', 'cancel', 'retry', 'delete'])(
    'explains %s',
    async (command) => {
      const { code, out, err } = await outcome(start([command, '--help'], {}));
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^Usage: boxreel ${command} .*BOXREEL_KEY.*Exit codes: 0`, 's'));
    },
  );
});
