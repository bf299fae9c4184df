import { readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start();
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

it('removes an interrupted upload', async () => {
  const incoming = join(cluster.workspace.root, '.incoming');
  const arrivals = () => readdir(incoming).catch(() => []);
  let breakOff!: () => void;
  const body = new ReadableStream({
    start(controller) {
      const head = 'Content-Disposition: form-data; name="file"; filename="a.mp4"';
      controller.enqueue(Buffer.from(`--x\r\n${head}\r\n\r\nhalf a vid`));
      breakOff = () => {
        controller.error(new Error('the line broke'));
      };
    },
  });
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const upload = fetch(`${cluster.url}/api/jobs`, { method: 'POST', body, headers, duplex: 'half' });
  while ((await arrivals()).length === 0) await new Promise(setImmediate);
  breakOff();
  await expect(upload).rejects.toThrow();
  while ((await arrivals()).length > 0) await new Promise(setImmediate);
});

it('stops gracefully when its grace period is over, even during uploads', async () => {
  const body = new ReadableStream({
    start(controller) {
      const head = 'Content-Disposition: form-data; name="file"; filename="a.mp4"';
      controller.enqueue(Buffer.from(`--x\r\n${head}\r\n\r\nhalf a vid`));
    },
  });
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const stopped = await Cluster.start({
    replicas: { infer: 0, postprocess: 0 },
    env: { STOP_GRACE_MS: '500' },
  });
  try {
    const arrivals = () => readdir(join(stopped.workspace.root, '.incoming')).catch(() => []);
    const upload = fetch(`${stopped.url}/api/jobs`, { method: 'POST', body, headers, duplex: 'half' });
    const broken = expect(upload).rejects.toThrow();
    while ((await arrivals()).length === 0) await new Promise(setImmediate);
    process.kill(stopped.processes.preprocess[0]!.pid!, 'SIGTERM');
    await broken;
    while (stopped.ends.length === 0) await new Promise(setImmediate);
    expect(stopped.ends).toEqual(['preprocess: exit code 0']);
  } finally {
    await stopped.stop();
  }
});

it('on startup, removes uploads left by a killed process, but not active uploads of other replicas', async () => {
  const body = new ReadableStream({
    start(controller) {
      const head = 'Content-Disposition: form-data; name="file"; filename="a.mp4"';
      controller.enqueue(Buffer.from(`--x\r\n${head}\r\n\r\n\0\0\0\x18ftypisom${'half a vid'.repeat(1000)}`));
    },
  });
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const killed = await Cluster.start({ replicas: { infer: 0, postprocess: 0 } });
  try {
    const left = join(killed.workspace.root, '.incoming');
    const there = () => readdir(left).catch((): string[] => []);
    const upload = fetch(`${killed.url}/api/jobs`, { method: 'POST', body, headers, duplex: 'half' });
    const arrived = async () => {
      const [folder = ''] = await there();
      return readdir(join(left, folder, 'src')).then(
        (files) => files.length > 0,
        () => false,
      );
    };
    while (!(await arrived())) await new Promise(setImmediate);
    process.kill(killed.processes.preprocess[0]!.pid!, 'SIGKILL');
    await expect(upload).rejects.toThrow();
    const [folder = ''] = await there();
    const hoursAgo = Date.now() / 1000 - 7200;
    for (const path of [join('src', 'a.mp4'), 'src', '.'])
      await utimes(join(left, folder, path), hoursAgo, hoursAgo);
    const other = await killed.workspace.receive('b.mp4');
    await writeFile(other.path, 'still arriving');
    while ((await there()).includes(folder)) await new Promise(setImmediate); // the process restarts
    expect(await there()).toEqual([basename(other.folder)]);
  } finally {
    await killed.stop();
  }
});

describe('a file that cannot be used', () => {
  const bad: [name: string, make: (path: string) => Promise<unknown>, status: number, sentence: RegExp][] = [
    ['empty.mp4', (path) => writeFile(path, ''), 422, /empty/i],
    ['text.mp4', (path) => writeFile(path, 'this is not a video at all\n'.repeat(50)), 415, /video/i],
    [
      'image.mp4',
      (path) => ffmpeg(path, ...source('testsrc2=s=64x48:r=1:d=1'), '-frames:v', '1', '-f', 'mjpeg'),
      415,
      /video/i,
    ],
    ['sound.mp4', (path) => ffmpeg(path, ...source('sine=d=1'), '-c:a', 'aac'), 422, /video/i],
    [
      'cut before its index.mp4',
      async (path) => {
        await ffmpeg(path, ...source('testsrc2=s=320x240:r=10:d=2'), ...H264);
        await writeFile(path, (await readFile(path)).subarray(0, 20_000));
      },
      422,
      /"cut before its index.mp4" is cut off or damaged/,
    ],
    ['../../etc/x.mp4', (path) => writeFile(path, 'nothing'), 415, /video/i],
  ];

  it.each(bad)(
    '%s is refused with a message and leaves nothing behind',
    async (name, make, status, sentence) => {
      const path = join(folder, `bad${bad.findIndex(([n]) => n === name)}.mp4`);
      await make(path);
      const before = await readdir(cluster.workspace.root);
      const answer = await cluster.upload(path, name);
      const { error } = (await answer.json()) as { error: { message: string } };
      expect({ status: answer.status, message: error.message }).toEqual({
        status,
        message: expect.stringMatching(sentence) as string,
      });
      expect(error.message).not.toMatch(/\/tmp|\.incoming/);
      expect(await readdir(cluster.workspace.root)).toEqual(before);
      expect(await readdir(join(cluster.workspace.root, '.incoming'))).toEqual([]);
    },
  );

  it('a truncated video ends in FRAME_CONVERT_ERROR and reports how much of it exists', async () => {
    const whole = join(folder, 'whole.mp4');
    await ffmpeg(whole, ...source('testsrc2=s=320x240:r=10:d=8'), ...H264, '-movflags', '+faststart');
    const cut = join(folder, 'cut.mp4');
    const bytes = await readFile(whole);
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.4)));
    const job = await cluster.finished(await cluster.submit(cut));
    expect(job).toMatchObject({
      status: 'FRAME_CONVERT_ERROR',
      error: { code: 'TRUNCATED', stage: 'preprocess' },
    });
    expect(job.error!.message).toMatch(/8\.0 s/);
    expect((await readdir(join(cluster.workspace.root, job.id))).sort()).toEqual(['src']);
  });

  it.each([
    'a b.mp4',
    '한국어.mp4',
    '🎬.mp4',
    `it's "quoted".mp4`,
    '-dash.mp4',
    '%n$.mp4',
    'semi;colon&.mp4',
    '\u202egpj.4pm',
    '../../../up.mp4',
    `${'long'.repeat(75)}.mp4`,
    '<img src=x onerror=alert(1)>.mp4',
  ])('a valid video named %j is processed', async (name) => {
    const clip = join(folder, 'good.mp4');
    await ffmpeg(clip, ...source('testsrc2=s=64x48:r=5:d=0.4'), ...H264);
    expect((await cluster.finished(await cluster.submit(clip, name))).status).toBe('POSTPROCESSING_COMPLETE');
  });

  it('shows a file name as text, never as markup', async () => {
    const clip = join(folder, 'escaped.mp4');
    await ffmpeg(clip, ...source('testsrc2=s=64x48:r=5:d=0.4'), ...H264);
    const name = `"><script>alert(1)<\\script><img src=x onerror='alert(2)'>{{id}}&amp;.mp4`;
    const form = new FormData();
    form.set('file', new Blob([await readFile(clip)]), name);
    const pages = [
      await fetch(`${cluster.url}/fileUpload`, { method: 'POST', body: form }),
      await fetch(`${cluster.url}/result`),
      await fetch(`${cluster.url}/%3Cscript%3E/download`, { headers: { Accept: 'text/html' } }),
    ];
    for (const page of pages) {
      const html = await page.text();
      expect(html).toMatch(/&lt;(img|script)/);
      expect(html).not.toMatch(/<img src=x|onerror='|<script>/);
    }
  });
});
