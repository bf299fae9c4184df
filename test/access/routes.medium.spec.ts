import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { accessTo } from '#access';
import { repositoryRoot } from '../support/test-data';
import type { Route } from './routes';

/** Runs in a separate process: the services load ES modules, which jest cannot. */
function readRoutes(service: string): Route[] {
  const script = join(repositoryRoot, 'dist/test/access/print-routes.js');
  return JSON.parse(execFileSync(process.execPath, [script, service], { encoding: 'utf8' })) as Route[];
}

const EVERY_SERVICE = ['GET /healthz: public', 'GET /metrics: user or metrics', 'GET /readyz: public'];

const ROUTES: readonly (readonly [string, readonly string[]])[] = [
  [
    'preprocess',
    [
      ...EVERY_SERVICE,
      'GET /login: public',
      'POST /login: public',
      'POST /logout: public',
      'PUT /requestid/:id/status/:status: service',
      'POST /api/detect: user or service',
      'GET /detect: user',
      'POST /detect: user',
      'GET /: user',
      'GET /upload: user',
      'POST /sample: user',
      'POST /fileUpload: user',
      'GET /result: user',
      'GET /result/events: user',
      'GET /result/selected: user',
      'POST /result/selected: user',
      'GET /jobs/:id: user',
      'GET /jobs/:id/rerun: user',
      'POST /jobs/:id/rerun: user',
      'GET /jobs/:id/layout: user',
      'POST /jobs/:id/layout: user',
      'POST /jobs/:id/layout/delete: user',
      'POST /jobs/:id/layout/delete-preset: user',
      'GET /compare: user',
      'GET /jobs/:id/events: user',
      'POST /jobs/:id/mp4: user',
      'GET /:id/download: user',
      'POST /:id/cancel: user',
      'POST /:id/retry: user',
      'GET /:id/delete: user',
      'POST /:id/delete: user',
      'GET /cluster: user',
      'POST /cluster/:name/scale: user',
      'POST /api/jobs: user',
      'GET /api/jobs: user',
      'GET /api/jobs/:id: user',
      'DELETE /api/jobs/:id: user',
      'POST /api/jobs/:id/cancel: user',
      'POST /api/jobs/:id/retry: user',
      'POST /api/jobs/:id/rerun: user',
      'POST /api/jobs/:id/mp4: user',
      'GET /api/jobs/:id/mp4: user',
      'GET /api/jobs/:id/mp4/:key: user',
      'GET /api/jobs/:id/mp4/:key/video.mp4: user',
      'GET /api/jobs/:id/layout: user',
      'PUT /api/jobs/:id/layout: user',
      'DELETE /api/jobs/:id/layout: user',
      'GET /api/jobs/:id/events.json: user',
      'GET /api/jobs/:id/events.csv: user',
      'GET /api/layouts: user',
      'GET /api/layouts/:name: user',
      'PUT /api/layouts/:name: user',
      'DELETE /api/layouts/:name: user',
      'GET /api/jobs/:id/events: user',
      'GET /api/jobs/:id/video: user',
      'GET /api/jobs/:id/preview.mp4: user',
      'GET /api/jobs/:id/clean.mp4: user',
      'GET /api/jobs/:id/source: user',
      'GET /api/jobs/:id/boxes: user',
      'GET /api/jobs/:id/summary: user',
      'GET /api/jobs/:id/thumbnail.jpg: user',
      'GET /api/jobs/:id/peaks/:n.jpg: user',
      'GET /api/jobs/:id/tracks/:n.jpg: user',
      'GET /api/jobs/:id/frames/:n.jpg: user',
      'GET /api/jobs/:id/detections: user',
      'GET /api/jobs/:id/detections.json: user',
      'GET /api/jobs/:id/detections.ndjson: user',
      'GET /api/jobs/:id/detections.csv: user',
      'GET /api/jobs/:id/detections.coco.json: user',
      'GET /api/jobs/:id/detections.mot.txt: user',
      'GET /api/jobs/:id/detections.vtt: user',
      'GET /api/jobs/:id/detections.mot.zip: user',
      'GET /api/jobs/:id/detections.cvat.xml: user',
      'GET /api/jobs/:id/tracks: user',
      'GET /api/jobs/:id/report.zip: user',
      'GET /api/report: user',
      'GET /api/jobs/:id/txts.zip: user',
      'OPTIONS /api/uploads: user',
      'POST /api/uploads: user',
      'HEAD /api/uploads/:id: user',
      'PATCH /api/uploads/:id: user',
      'DELETE /api/uploads/:id: user',
      'GET /api/models: user',
      'GET /api/deployments: user',
      'PUT /api/deployments/:name/scale: user',
    ],
  ],
  ['infer', [...EVERY_SERVICE, 'POST /api/detect: user or service']],
  ['postprocess', EVERY_SERVICE],
];

describe.each(ROUTES)('%s', (service, expected) => {
  const routes = readRoutes(service);

  it('declares the access level of each route as listed', () => {
    const lines = routes.map(({ method, path, access = 'none' }) => `${method} ${path}: ${access}`);
    expect(lines.sort()).toEqual([...expected].sort());
  });

  it('enforces the same level in the middleware, before the route is known', () => {
    const atGate = routes.map(({ path }) => [path, accessTo(path.replace(/:\w+/g, 'x'))]);
    expect(atGate).toEqual(routes.map(({ path, access }) => [path, access]));
  });
});
