import { join } from 'node:path';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** Compiled files lie in dist/services/preprocess/src. */
const TEMPLATES = join(__dirname, '../../../../templates');

/** A connection on which nothing was sent or received for so long is closed, and its upload discarded. */
const SILENCE_MS = 120_000;

/** Pages from `templates/`, OpenAPI at `/api`, and no limit on how long an upload may take. */
export function configureHttp(app: NestExpressApplication): void {
  app.setBaseViewsDir(TEMPLATES);
  app.setViewEngine('hbs');

  const document = new DocumentBuilder()
    .setTitle('Boxreel')
    .setDescription('Uploaded video in, detections and an annotated video out.')
    .setVersion('1')
    .build();
  SwaggerModule.setup('api', app, SwaggerModule.createDocument(app, document));

  // Node ends a request after five minutes by default; a large video over a slow line takes longer. What is cut off
  // instead is a line on which nothing happens.
  const server = app.getHttpServer();
  server.requestTimeout = 0;
  server.setTimeout(SILENCE_MS);
}
