import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Cluster } from '../support/cluster';
import { readDocument } from '../support/document';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

// A client that openapi-python-client generates. OPENAPI_PYTHON_CLIENT is the path of that command, for example in a
// virtual environment after `pip install openapi-python-client`.

jest.setTimeout(240_000);

const generator = process.env.OPENAPI_PYTHON_CLIENT;
const withGenerator = generator === undefined ? it.skip : it;

const SCRIPT = `
import json, sys, time
from client import Client
from client.api.jobs import exports_coco, exports_csv, exports_json, exports_txts, jobs_get, jobs_list, jobs_submit, media_video
from client.models import JobsSubmitBody
from client.types import File

url, clip = sys.argv[1:]
client = Client(base_url=url)
body = JobsSubmitBody(file=File(open(clip, "rb"), "clip.mp4", "video/mp4"), score=0.1)
job = jobs_submit.sync(client=client, body=body)
while job.status != "POSTPROCESSING_COMPLETE":
    assert job.error is None, job.error
    time.sleep(0.1)
    job = jobs_get.sync(job.id, client=client)
boxes = [box for frame in exports_json.sync(job.id, client=client).frames for box in frame.boxes]
print(json.dumps({
    "frames": job.video.frames,
    "boxes": len(boxes),
    "coco": len(exports_coco.sync(job.id, client=client).annotations),
    "csv": len(exports_csv.sync(job.id, client=client).splitlines()) - 1,
    "video": media_video.sync(job.id, client=client).payload.read(4).decode(),
    "zip": exports_txts.sync(job.id, client=client).payload.read(2).decode(),
    "error": jobs_get.sync("0" * 24, client=client).error.code,
    "listed": jobs_list.sync(client=client, limit=1).jobs[0].id == job.id,
}))
`;

withGenerator('a generated Python client uploads a video, waits and downloads the results', async () => {
  const folder = await temporaryFolder();
  const cluster = await Cluster.start();
  try {
    const clip = await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=320x240:r=5:d=1'), ...H264);
    const config = join(folder, 'client.yml');
    await writeFile(config, await readDocument('api.md', 'yaml'));
    const run = promisify(execFile);
    const { stdout, stderr } = await run(
      generator!,
      ['generate', '--url', `${cluster.url}/api-json`, '--config', config].concat([
        '--output-path',
        join(folder, 'client'),
        '--meta',
        'none',
      ]),
    );
    expect(stdout + stderr).not.toMatch(/will not be generated|Unsupported content type/);
    const python = join(dirname(generator!), 'python');
    const answer = await run(python, ['-c', SCRIPT, cluster.url, clip], { cwd: folder });
    const { boxes, ...rest } = JSON.parse(answer.stdout) as { boxes: number };
    expect(boxes).toBeGreaterThan(0);
    expect(rest).toEqual({
      ...{ frames: 5, coco: boxes, csv: boxes, video: 'RIFF', zip: 'PK' },
      ...{ error: 'JOB_NOT_FOUND', listed: true },
    });
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
});
