import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DetectionsResource, JobResource } from '#contract';
import { outcome, startClient } from '../support/client';
import { Cluster } from '../support/cluster';
import { codedFrames, tone } from '../support/coded-clip';
import { H264, ffmpeg, soundStart, streams, temporaryFolder } from '../support/video';

let cluster: Cluster;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = await Cluster.start({ env: { PREVIEW: 'eager' } });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

const run = async (clip: string) => cluster.finished(await cluster.submit(clip));

describe('a video with a variable frame rate', () => {
  let job: JobResource;

  beforeAll(async () => {
    const dropping = ['-vf', "select='lt(n,15)+not(mod(n,5))'", '-fps_mode', 'passthrough'];
    job = await run(
      await ffmpeg(
        file('variable.mp4'),
        ...[...codedFrames('30', 2), ...tone(1, 2), ...dropping, '-enc_time_base', '1:90000'],
        ...[...H264, '-c:a', 'aac'],
      ),
    );
  });

  it('has every source frame, and marks repeated output frames', () => {
    expect(job.status).toBe('POSTPROCESSING_COMPLETE');
    expect(job.video).toMatchObject({
      ...{ frameRate: 30, frames: 56, sourceFrames: 24, repeatedFrames: 32, variableFrameRate: true },
    });
    expect(job.warnings).toEqual([]);
  });

  it('has one file per output frame, with hard links for repeats', async () => {
    const inode = async (n: number) =>
      (await stat(cluster.workspace.path(job.id, 'tar_frame', `tar_${n}.jpg`))).ino;
    expect(await inode(16)).toBe(await inode(15));
    expect(await inode(20)).not.toBe(await inode(15));
    const { frames } = (await (await fetch(cluster.url + job.links.detections)).json()) as DetectionsResource;
    expect(frames).toHaveLength(56);
  });

  it('keeps its length and its sync in both outputs', async () => {
    const mp4 = cluster.workspace.path(job.id, 'preview', 'video.mp4');
    for (const output of [cluster.workspace.target(job.id), mp4]) {
      expect((await streams(output))[0]).toMatchObject({ nb_frames: '56', r_frame_rate: '30/1' });
      expect(Math.abs((await soundStart(output)) - 1)).toBeLessThanOrEqual(0.045);
    }
  });
});

it('a recording without its first key frame completes with a warning', async () => {
  const whole = await ffmpeg(
    file('whole.ts'),
    ...[...codedFrames('30', 3), ...H264, '-g', '30', '-keyint_min', '30', '-sc_threshold', '0'],
  );
  const bytes = await readFile(whole);
  await writeFile(file('cut.ts'), bytes.subarray(Math.floor(bytes.length / 188 / 8) * 188));
  const job = await run(file('cut.ts'));
  const message = expect.stringMatching(/^The first \d\.\d s could not be decoded\.$/) as string;
  expect(job).toMatchObject({
    status: 'POSTPROCESSING_COMPLETE',
    video: { frames: 60 },
    warnings: [{ code: 'START_UNDECODABLE', message }],
  });
  const [warning] = job.warnings;
  const page = await (await fetch(`${cluster.url}/jobs/${job.id}`)).text();
  expect(page).toContain(`<li>${warning!.message}</li>`);
  const { out } = await outcome(startClient(folder, ['get', job.id], { BOXREEL_URL: cluster.url }));
  expect(out).toContain(warning!.message);
});
