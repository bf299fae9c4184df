import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Gate, protect } from '#access';
import type { PreprocessConfig } from '#config';
import { cutOffRefused, documentApi, limitSilence } from '#http';
import { limitUploads } from './access/upload-limit';
import { maxBodyBytes } from './intake/limits';
import { serveVendorFiles } from './vendor-files';

/** Compiled files lie in dist/services/preprocess/src. */
const TEMPLATES = join(__dirname, '../../../../templates');

/**
 * Who may come in, pages from `templates/`, OpenAPI, no limit on how long an upload may take, and an end to those that
 * are refused.
 */
export function configureHttp(app: NestExpressApplication, config: PreprocessConfig): void {
  protect(app, config, app.get(Gate));
  app.use(limitUploads(config.UPLOADS_PER_MINUTE));
  serveVendorFiles(app);
  app.useStaticAssets(join(TEMPLATES, 'static'), { prefix: '/static', maxAge: '1h' });
  app.setBaseViewsDir(TEMPLATES);
  app.setViewEngine('hbs');
  documentApi(app, 'Boxreel', 'Uploaded video in, detections and an annotated video out; images, too.');
  limitSilence(app);
  cutOffRefused(app);
  // curl asks before it sends a large body; it is told to go on only where the body can be taken
  const server = app.getHttpServer();
  server.on('checkContinue', (request, response) => {
    if (!(Number(request.headers['content-length']) > maxBodyBytes(config))) response.writeContinue();
    server.emit('request', request, response);
  });
}
