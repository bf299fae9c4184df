import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from '../support/cluster';
import { describeWithMounts, occupy } from '../support/busy-folder';
import { H264, ffmpeg, source, temporaryFolder } from '../support/video';

describeWithMounts('deleting a job whose files are in use (skipped without the right to mount)', () => {
  let folder: string;
  let cluster: Cluster;
  let release: (() => void) | undefined;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await ffmpeg(join(folder, 'clip.mp4'), ...source('testsrc2=s=64x48:r=5:d=1'), ...H264);
    cluster = await Cluster.start({ replicas: { infer: 0, postprocess: 0 } });
  });
  afterEach(() => release?.());
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const submit = () => cluster.submit(join(folder, 'clip.mp4'));
  const api = (id: string, method = 'GET') => fetch(`${cluster.url}/api/jobs/${id}`, { method });

  it.each(['its files stay', 'its folder cannot even be moved'])(
    'returns 204 and deletes the job, although %s',
    async (what) => {
      const id = await submit();
      const jobFolder = join(cluster.workspace.root, id);
      await cluster.until(id, ({ status }) => status === 'PREPROCESSING_COMPLETE');
      release = await occupy(what === 'its files stay' ? join(jobFolder, 'target') : jobFolder);
      expect((await api(id, 'DELETE')).status).toBe(204);
      expect((await api(id)).status).toBe(404);
      expect((await api(id, 'DELETE')).status).toBe(404);
      expect(await (await fetch(`${cluster.url}/result`)).text()).not.toContain(id);
      expect(existsSync(jobFolder)).toBe(what !== 'its files stay');
    },
  );
});
