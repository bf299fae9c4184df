import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../support/test-data';
import { H264, ffmpeg, source, streams, temporaryFolder } from '../support/video';

jest.setTimeout(240_000);

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL'); // those of a failed test, which hold the folder
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The program that `npm start` runs after the setup. */
class Start {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly exited: Promise<number>;
  private readonly waiting = new Set<() => void>();

  constructor(args: string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [join(repositoryRoot, 'dist/scripts/start/main.js'), ...args], {
      env: { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data'), ...env },
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.child);
    this.exited = once(this.child, 'close').then(([code]) => code as number);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface(stream).on('line', (line) => {
        this.lines.push(line);
        this.waiting.forEach((look) => {
          look();
        });
      });
    }
  }

  get output(): string {
    return this.lines.join('\n');
  }

  /** The first match of `pattern` in the output, now or later. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(this.output);
        if (!match) return;
        this.waiting.delete(look);
        resolve(match);
      };
      this.waiting.add(look);
      look();
    });
  }
}

it('with a video and --once: shows the progress and a summary, leaves the AVI and exits with 0', async () => {
  const clip = await ffmpeg(join(folder, 'a clip.mp4'), ...source('testsrc2=s=320x240:r=10:d=2'), ...H264);
  const start = new Start([clip, '--once']);
  expect(await start.exited).toBe(0);
  expect(start.output).toMatch(/Boxreel is ready: http:\/\/localhost:\d+\/upload/);
  expect(start.output).toMatch(/a clip\.mp4: POSTPROCESSING_COMPLETE/);
  expect(start.output).toMatch(/frames +20 \(320x240, 10 fps, 2\.0 s\)/);
  expect(start.output).toMatch(/time +preprocess [\d.]+ s, infer [\d.]+ s, postprocess [\d.]+ s/);
  const [, avi] = /AVI +(.+)$/m.exec(start.output)!;
  expect((await streams(avi!))[0]).toMatchObject({ nb_frames: '20' });
});

it('with keys and BASE_PATH: prints the address with it, submits with its own key, and requires keys from others', async () => {
  const clip = await ffmpeg(join(folder, 'b.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
  const key = 'key-of-alice';
  const hash = createHash('sha256').update(key).digest('hex');
  const env = { API_KEYS: `alice:${hash}`, BASE_PATH: '/boxreel' };
  const without = new Start([clip, '--once'], env);
  expect(await without.exited).toBe(1);
  expect(without.output).toMatch(/SERVICE_TOKEN is not set: with API_KEYS/);
  const start = new Start([clip], { ...env, SERVICE_TOKEN: '0123456789abcdef' });
  const [, url] = await start.prints(/Boxreel is ready: (\S+)\/upload/);
  expect(url).toMatch(/^http:\/\/localhost:\d+\/boxreel$/);
  const headers = { Authorization: `Bearer ${key}` };
  expect((await fetch(`${url}/upload`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/api/jobs`)).status).toBe(401);
  await start.prints(/b\.mp4: done in/);
  start.child.kill('SIGTERM');
  expect(await start.exited).toBe(0);
});

it('with a file that is not a video and --once: prints the reason and exits with 1', async () => {
  const file = join(folder, 'no video.mp4');
  await writeFile(file, 'no video');
  const start = new Start([file, '--once']);
  expect(await start.exited).toBe(1);
  expect(start.output).toMatch(/no video\.mp4: .*video/);
  expect(start.output).not.toMatch(/at .*\.js:\d+/);
});

it.each([
  [['--fast'], /Unknown option --fast/],
  [['--once'], /--once needs a video/],
  [['/nowhere/x.mp4'], /File not found: \/nowhere\/x\.mp4/],
])('refuses %j with a message', async (args, sentence) => {
  const start = new Start(args);
  expect(await start.exited).toBe(1);
  expect(start.output).toMatch(sentence);
});

it('prints its usage with --help', async () => {
  const start = new Start(['--help']);
  expect(await start.exited).toBe(0);
  expect(start.output).toMatch(/Usage: npm start/);
});

it('names all invalid settings together before it starts anything', async () => {
  const start = new Start([], { LEASE_MS: 'soon', AVI_CODEC: 'divx', DATA_DIR: join(folder, 'unused') });
  expect(await start.exited).toBe(1);
  expect(start.output).toMatch(/LEASE_MS is "soon"[\s\S]*AVI_CODEC is "divx"/);
  expect(existsSync(join(folder, 'unused'))).toBe(false);
});

it('Ctrl-C during a job loses nothing: the next start resumes it', async () => {
  const clip = await ffmpeg(join(folder, 'long.mp4'), ...source('testsrc2=s=320x240:r=25:d=20'), ...H264);
  const first = new Start([clip]);
  const [, id] = await (async () => {
    const [, url] = await first.prints(/Boxreel is ready: (http:\S+)\/upload/);
    await first.prints(/INFERENCING/);
    const { jobs } = (await (await fetch(`${url!}/api/jobs`)).json()) as {
      jobs: { id: string; filename: string }[];
    };
    return [url, jobs.find(({ filename }) => filename === 'long.mp4')!.id];
  })();
  first.child.kill('SIGINT');
  expect(await first.exited).toBe(0);
  expect(first.output).not.toMatch(/long\.mp4: POSTPROCESSING_COMPLETE/);

  const second = new Start([]);
  await second.prints(new RegExp(`Job ${id}: POSTPROCESSING_COMPLETE`));
  expect(second.output).toContain(`Job ${id}: INFERENCING (attempt 1)`);
  expect(second.output).not.toContain(`Job ${id}: PREPROCESSING`);

  const third = new Start([clip, '--once']);
  expect(await third.exited).toBe(1);
  expect(third.output).toMatch(/already|in use|another process/i);

  second.child.kill('SIGTERM');
  expect(await second.exited).toBe(0);
  const avi = join(folder, 'data/volume', id, 'target', `target_${id}.avi`);
  expect((await streams(avi))[0]).toMatchObject({ nb_frames: '500' });
});

it('reports that the port is in use', async () => {
  const clip = join(folder, 'a clip.mp4');
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const start = new Start([clip, '--once'], { DATA_DIR: join(folder, 'two'), PORT: String(port) });
  expect(await start.exited).toBe(1);
  expect(start.output).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is already in use`));
  other.close();
});

it('stops at Ctrl-C while it waits for the database', async () => {
  const start = new Start([], { DATA_DIR: join(folder, 'no-db'), MONGODB_URI: 'mongodb://127.0.0.1:1/' });
  await start.prints(/Database: the database of MONGODB_URI/);
  start.child.kill('SIGINT');
  expect(await start.exited).toBe(0);
});

it('keeps its address when preprocess crashes during a job, and the job completes', async () => {
  const clip = await ffmpeg(join(folder, 'survivor.mp4'), ...source('testsrc2=s=320x240:r=25:d=10'), ...H264);
  const start = new Start([clip, '--once'], { DATA_DIR: join(folder, '.hidden'), LOG_FORMAT: 'json' });
  await start.prints(/survivor\.mp4: INFERENCING/);
  const log = await readFile(join(folder, '.hidden/boxreel.log'), 'utf8');
  const [, pid] = /"pid":(\d+)[^\n]*PREPROCESSING/.exec(log)!;
  process.kill(Number(pid), 'SIGKILL');
  expect(await start.exited).toBe(0);
  expect(start.output).toMatch(/preprocess exited unexpectedly/);
  expect(start.output).toMatch(/survivor\.mp4: done in/);
});

it('names a folder that cannot be used', async () => {
  const file = join(folder, 'no video.mp4');
  const start = new Start([], { DATA_DIR: file });
  expect(await start.exited).toBe(1);
  expect(start.output).toMatch(/DATA_DIR is ".*no video\.mp4", which cannot be used as a folder/);
});

it('restarts a crashed service', async () => {
  const start = new Start([], { DATA_DIR: join(folder, 'crash') });
  await start.prints(/Boxreel is ready/);
  const [, pid] = await start.prints(/\[infer\] (\d+)/);
  process.kill(Number(pid), 'SIGKILL');
  await start.prints(/infer exited unexpectedly \(SIGKILL\); restarting it/);
  await start.prints(new RegExp(`\\[infer\\] (?!${pid!})\\d+.*Listening`));
  start.child.kill('SIGTERM');
  expect(await start.exited).toBe(0);
  expect(await readFile(join(folder, 'crash/boxreel.log'), 'utf8').catch(() => '')).toBe('');
});

it('stops on a signal to npm, so that supervisors can start it through npm', async () => {
  const { scripts } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const home = join(folder, 'npm');
  await mkdir(join(home, 'scripts'), { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ scripts: { start: scripts.start } }));
  await writeFile(
    join(home, 'scripts/start.mjs'),
    "process.on('SIGTERM', () => { console.log('stopped'); process.exit(); }); setTimeout(() => {}, 10_000); console.log('runs');",
  );
  const npm = spawn('npm', ['start', '--', 'clip.mp4'], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(npm);
  const lines = createInterface(npm.stdout);
  const stopped = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      if (line === 'runs') npm.kill('SIGTERM');
      if (line === 'stopped') resolve(true);
    });
    npm.once('close', () => {
      resolve(false);
    });
  });
  expect(await stopped).toBe(true);
});
