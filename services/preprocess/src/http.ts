import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import hbs from 'hbs';
import { Gate, protect } from '#access';
import type { PreprocessConfig } from '#config';
import { closeAfterResponse, documentApi, leaveImageBodies, limitIdleTime } from '#platform';
import { API } from './api.document';
import { limitUploads } from './access/upload-limit';
import { serveBelow } from './base-path';
import { maxBodyBytes } from './intake/limits';
import { serveStaticFiles } from './static-files';

/** Registers the partials in `templates/parts`, which are also sent separately (pages/parts.ts). */
function registerParts(): void {
  const folder = join(TEMPLATES, 'parts');
  for (const file of readdirSync(folder))
    hbs.registerPartial(parse(file).name, readFileSync(join(folder, file), 'utf8'));
}

/** Marks the current page for the navigation: `at.upload`, `at.result`, ... */
function setCurrentPage(request: Request, response: Response, next: NextFunction): void {
  response.locals['at'] = { [request.path.split('/')[1] ?? '']: true };
  next();
}

/** Relative to dist/services/preprocess/src. */
const TEMPLATES = join(__dirname, '../../../../templates');
const SAMPLE_IMAGE = join(__dirname, '../../../../models/sample.jpg');

/** Configures access control, pages, OpenAPI, timeouts, and the closing of refused uploads. */
export function configureHttp(app: NestExpressApplication, config: PreprocessConfig): void {
  serveBelow(app, config.BASE_PATH);
  protect(app, config, app.get(Gate));
  app.use(limitUploads(config.UPLOADS_PER_MINUTE));
  serveStaticFiles(app, join(TEMPLATES, 'static'), { 'sample.jpg': SAMPLE_IMAGE });
  app.setBaseViewsDir(TEMPLATES);
  app.setViewEngine('hbs');
  app.enable('view cache'); // by default Express compiles every row again, unless NODE_ENV is production
  registerParts();
  app.use(setCurrentPage);
  leaveImageBodies(app);
  documentApi(app, { ...API, basePath: config.BASE_PATH });
  limitIdleTime(app);
  closeAfterResponse(app);
  // curl sends "Expect: 100-continue" before a large body; confirm it only if the size is allowed.
  const server = app.getHttpServer();
  server.on('checkContinue', (request, response) => {
    if (!(Number(request.headers['content-length']) > maxBodyBytes(config))) response.writeContinue();
    server.emit('request', request, response);
  });
}
