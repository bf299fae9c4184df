import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { basename, join } from 'node:path';
import type { DetectionsResource } from '#contract';
import { Server } from '#packages/cli';
import { freePort } from '../../../scripts/start/database';
import { submit } from '../../../scripts/start/submit';
import { CLIP_FRAMES, describeVideo, makeClip, makeImage } from './clip';
import { Container, type Image, type Volumes, uidOf } from './container';

/** Time limit for a service to respond; infer loads its model first. */
const READY_MS = 60_000;

/** A service's own limit is STOP_GRACE_MS plus ten seconds. */
const STOP_MS = 35_000;

/** Low enough to detect something in a test pattern, so that labels are drawn as in a real video. */
const SCORE = '0.01';

/** What the init container of infer does. */
const PULL =
  'cp -n .cache/models/*.onnx /models/ && exec node dist/scripts/model.js pull ssdlite-mobilenetv2 --cache /models';

export interface Timings {
  readonly readyMs: number;
  stopMs: number;
}

/** The three services, each from its image, on loopback ports. */
export class System {
  readonly timings: Record<string, Timings> = {};
  private readonly running: Container[] = [];
  private url = '';

  constructor(
    private readonly images: Readonly<Record<'preprocess' | 'infer' | 'postprocess', Image>>,
    private readonly volumes: Volumes,
    private readonly folder: string,
    private readonly mongoUri: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Downloads the model, then starts all services at the same time. */
  async start(): Promise<void> {
    const { images, volumes, folder } = this;
    await Container.output(images.infer, volumes, {}, join(folder, 'pull.log'), ['sh', '-c', PULL]);
    const [pages, infer, post] = await Promise.all([freePort(), freePort(), freePort()]);
    const local = (port: number) => `http://127.0.0.1:${port}`;
    this.url = local(pages);
    const detector = { MODEL_CACHE: '/models', SCORE_THRESHOLD: SCORE };
    await Promise.all([
      this.launch('infer', infer, { TIMELINE_URL: local(pages), ...detector }),
      this.launch('postprocess', post, { TIMELINE_URL: local(pages) }),
      this.launch('preprocess', pages, { INFER_URL: local(infer), SCORE_THRESHOLD: SCORE }),
    ]);
  }

  /** Processes a video; the result has all frames, with boxes. @returns a summary */
  async checkVideo(say: (text: string) => void): Promise<string> {
    const clip = await makeClip(join(this.folder, 'clip.mp4'));
    const job = await submit(Server.at(this.url, this.signal), clip, say);
    const answer = await fetch(this.url + job.links.detections, { signal: this.signal });
    const { frames } = (await answer.json()) as DetectionsResource;
    const boxes = frames.reduce((sum, frame) => sum + frame.boxes.length, 0);
    const avi = await describeVideo(join(this.volumes.shared, job.id, 'target', `target_${job.id}.avi`));
    assert.deepEqual(avi, { codec: 'mjpeg', frames: CLIP_FRAMES });
    assert.equal(frames.length, CLIP_FRAMES);
    assert.ok(boxes > 0, 'nothing was detected, so no label was drawn');
    return `${avi.frames} frames, ${boxes} boxes`;
  }

  /** Annotates images of both formats through preprocess and infer. @returns a summary */
  async checkImages(): Promise<string> {
    const boxes = [];
    for (const name of ['image.jpg', 'image.png']) {
      const file = await makeImage(join(this.folder, name));
      const form = new FormData();
      form.set('image', await openAsBlob(file), basename(file));
      const url = `${this.url}/api/detect?annotate=1`;
      const answer = await fetch(url, { method: 'POST', body: form, signal: this.signal });
      assert.equal(answer.status, 200, `${name}: ${answer.ok ? '' : await answer.text()}`);
      assert.equal(answer.headers.get('content-type'), 'image/jpeg');
      boxes.push(Number(answer.headers.get('x-detections')));
    }
    assert.ok(
      boxes.every((count) => count > 0),
      `boxes: ${String(boxes)}`,
    );
    return `${boxes.join(' and ')} boxes`;
  }

  /** No process of a service runs as root. @returns the number of processes */
  async checkUsers(): Promise<number> {
    const pids = (await Promise.all(this.running.map((container) => container.pids()))).flat();
    for (const uid of await Promise.all(pids.map(uidOf))) assert.equal(uid, 1000);
    return pids.length;
  }

  /** SIGTERM stops each service gracefully. */
  async checkStop(): Promise<void> {
    await Promise.all(
      this.running.map(async (container) => {
        const { name } = container.image;
        const since = performance.now();
        assert.equal(
          await container.stop(STOP_MS),
          0,
          `${name} does not stop gracefully: ${await container.printed()}`,
        );
        const timings = this.timings[name];
        if (timings) timings.stopMs = performance.now() - since;
        const complaint = /.*(Fontconfig|EROFS|EACCES|"level":"(error|fatal)").*/.exec(
          await container.printed(),
        );
        assert.equal(complaint?.[0], undefined, `${name} complains`);
      }),
    );
  }

  async kill(): Promise<void> {
    await Promise.all(this.running.map((container) => container.stop(0)));
  }

  private async launch(
    name: 'preprocess' | 'infer' | 'postprocess',
    port: number,
    env: Readonly<Record<string, string>>,
  ): Promise<void> {
    const since = performance.now();
    const log = join(this.folder, `${name}.log`);
    const common = { HOST: '127.0.0.1', PORT: String(port), MONGODB_URI: this.mongoUri };
    const container = Container.start(this.images[name], this.volumes, { ...common, ...env }, log);
    this.running.push(container);
    await container.ready(`http://127.0.0.1:${port}/readyz`, READY_MS, this.signal);
    this.timings[name] = { readyMs: performance.now() - since, stopMs: NaN };
  }
}
