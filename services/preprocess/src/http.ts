import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { documentApi, limitSilence } from '#http';

/** Compiled files lie in dist/services/preprocess/src. */
const TEMPLATES = join(__dirname, '../../../../templates');

/** Pages from `templates/`, OpenAPI, and no limit on how long an upload may take. */
export function configureHttp(app: NestExpressApplication): void {
  app.setBaseViewsDir(TEMPLATES);
  app.setViewEngine('hbs');
  documentApi(app, 'Boxreel', 'Uploaded video in, detections and an annotated video out; images, too.');
  limitSilence(app);
}
