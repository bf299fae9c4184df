import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../support/cluster';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';
import { LIMITS, badFiles } from './bad-input/bad-files';
import { badRequests } from './bad-input/bad-requests';

// All bad inputs with their responses; none may leave files behind. BAD_INPUT_TABLE=FILE writes the table as Markdown.

let cluster: Cluster;
let folder: string;
let clip: Buffer;
let pid: number | undefined;
const table: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=0.4'), ...H264);
  clip = await readFile(file);
  cluster = await Cluster.start({ replicas: { infer: 0, postprocess: 0 }, env: LIMITS });
  pid = cluster.processes.preprocess[0]?.pid;
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
  const file = process.env.BAD_INPUT_TABLE;
  if (file !== undefined) await writeFile(file, `${table.join('\n')}\n`);
});

/** The job folders on the volume, once no upload is running: interrupted ones are removed after the response. */
async function folders(): Promise<string[]> {
  const list = (path: string) => readdir(join(cluster.workspace.root, path)).catch(() => []);
  while ((await list('.incoming')).length > 0) await new Promise(setImmediate);
  return (await list('.')).filter((name) => !name.startsWith('.')).sort();
}

function keep(what: string, status: number | string, code: string, message: string): void {
  table.push(`| ${what} | ${status} | \`${code}\` | ${message.replaceAll('|', '\\|').slice(0, 160)} |`);
}

/** Expects an error in the format of the API, without internals. */
function expectClear(body: string): void {
  expect(Object.keys(JSON.parse(body) as object)).toEqual(['error']);
  expect(body).not.toMatch(/\/tmp\/|\.incoming|node_modules|at .*\.js:\d+/);
}

it('has at least 40 cases', () => {
  expect(badFiles.length + badRequests.length).toBeGreaterThanOrEqual(40);
});

it.each(badFiles)(
  '$what: $status $code',
  async ({ what, make, name = 'holiday.mp4', status, code, words }) => {
    const path = join(folder, 'bad');
    await make(path);
    const before = await folders();
    const answer = await cluster.upload(path, name);
    const body = await answer.text();
    if (status !== 201) {
      expectClear(body);
      const { error } = JSON.parse(body) as { error: { code: string; message: string } };
      expect({ status: answer.status, ...error }).toEqual({
        status,
        code,
        message: expect.stringMatching(words) as string,
      });
      expect(await folders()).toEqual(before);
      keep(what, status, code, error.message);
      return;
    }
    expect({ status: answer.status, body }).toMatchObject({ status });
    const job = await cluster.finished((JSON.parse(body) as { id: string }).id);
    expect(job).toMatchObject({
      status: 'FRAME_CONVERT_ERROR',
      error: { code, message: expect.stringMatching(words) as string },
    });
    expect(await readdir(join(cluster.workspace.root, job.id))).toEqual(['src']);
    keep(what, 'taken, then FRAME_CONVERT_ERROR', code, job.error?.message ?? '');
  },
);

it.each(badRequests)('$what: $status $code', async ({ what, send, status, code, words }) => {
  const before = await folders();
  const answer = await send(cluster.url, clip);
  expect(answer).toMatchObject({ status, code, message: expect.stringMatching(words) as string });
  expectClear(answer.body);
  expect(await folders()).toEqual(before);
  keep(what, status, code, answer.message ?? '');
});

it('accepts the clip that the bad requests were made of, in the same server process', async () => {
  expect(await cluster.submit(join(folder, 'clip.mp4'))).toMatch(/^[0-9a-f]{24}$/);
  expect(cluster.processes.preprocess[0]?.pid).toBe(pid); // a crashed process would have another pid
});
