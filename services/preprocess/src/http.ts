import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import hbs from 'hbs';
import { Gate, protect } from '#access';
import type { PreprocessConfig } from '#config';
import { cutOffRefused, documentApi, limitSilence } from '#http';
import { limitUploads } from './access/upload-limit';
import { serveBelow } from './base-path';
import { maxBodyBytes } from './intake/limits';
import { serveStaticFiles } from './static-files';

/** Parts of pages, in `templates/parts`, which are also sent on their own (pages/parts.ts). */
function registerParts(): void {
  const folder = join(TEMPLATES, 'parts');
  for (const file of readdirSync(folder))
    hbs.registerPartial(parse(file).name, readFileSync(join(folder, file), 'utf8'));
}

/** Tells the layout which of its links leads to where one is: `at.upload`, `at.result`, ... */
function nameThePage(request: Request, response: Response, next: NextFunction): void {
  response.locals['at'] = { [request.path.split('/')[1] ?? '']: true };
  next();
}

/** Compiled files lie in dist/services/preprocess/src. */
const TEMPLATES = join(__dirname, '../../../../templates');

/**
 * Who may come in, pages from `templates/`, OpenAPI, no limit on how long an upload may take, and an end to those that
 * are refused.
 */
export function configureHttp(app: NestExpressApplication, config: PreprocessConfig): void {
  serveBelow(app, config.BASE_PATH);
  protect(app, config, app.get(Gate));
  app.use(limitUploads(config.UPLOADS_PER_MINUTE));
  serveStaticFiles(app, join(TEMPLATES, 'static'));
  app.setBaseViewsDir(TEMPLATES);
  app.setViewEngine('hbs');
  app.enable('view cache'); // else each row of each table is compiled anew, unless NODE_ENV is production
  registerParts();
  app.use(nameThePage);
  documentApi(
    app,
    'Boxreel',
    'Uploaded video in, detections and an annotated video out; images, too.',
    config.BASE_PATH,
  );
  limitSilence(app);
  cutOffRefused(app);
  // curl asks before it sends a large body; it is told to go on only where the body can be taken
  const server = app.getHttpServer();
  server.on('checkContinue', (request, response) => {
    if (!(Number(request.headers['content-length']) > maxBodyBytes(config))) response.writeContinue();
    server.emit('request', request, response);
  });
}
