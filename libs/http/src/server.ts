import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { schemasOf } from '#contract';

/** A connection on which nothing was sent or received for so long is closed, and its upload discarded. */
export const SILENCE_MS = 120_000;

/**
 * OpenAPI of what the application's controllers say, at `/api`.
 * @param basePath what clients have to put before the paths
 */
export function documentApi(
  app: NestExpressApplication,
  title: string,
  description: string,
  basePath = '',
): void {
  const builder = new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A key, on servers that ask for one' },
      'key',
    )
    .addSecurityRequirements('key');
  if (basePath !== '') builder.addServer(basePath);
  const document = SwaggerModule.createDocument(app, builder.build());
  const { components, paths } = document;
  SwaggerModule.setup('api', app, {
    ...document,
    components: { ...components, schemas: { ...components?.schemas, ...schemasOf(paths) } },
  });
}

/**
 * No limit on how long an upload may take: Node ends a request after five minutes by default, and a large file over a
 * slow line takes longer. What is cut off instead is a line on which nothing happens.
 */
export function limitSilence(app: NestExpressApplication): void {
  const server = app.getHttpServer();
  server.requestTimeout = 0;
  server.setTimeout(SILENCE_MS);
}

/** How long a client may go on sending what was refused already. */
const LINGER_MS = 10_000;

/**
 * Ends the connection of a client that still sends its body long after the answer. Ending it with the answer would be
 * simpler, but then the client may see a broken connection instead of what it was told.
 */
export function cutOffRefused(app: NestExpressApplication): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.once('finish', () => {
      if (request.complete) return;
      const cut = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
      request.once('close', () => {
        clearTimeout(cut);
      });
    });
    next();
  });
}
