import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import hbs from 'hbs';

/** Of this process: one service has one address. */
let basePath = '';

/** The address of one of our paths as browsers and programs have to ask for it: `/upload` becomes `/boxreel/upload`. */
export function link(path: string): string {
  return basePath + path;
}

/** The path that routes see: without BASE_PATH where it starts with it, else as it is. */
export function withoutBasePath(path: string): string {
  const rest = path.startsWith(basePath) ? path.slice(basePath.length) : undefined;
  if (rest === undefined || !/^(\/|\?|$)/.test(rest)) return path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Serves everything below BASE_PATH. Routes know nothing of it: requests lose the prefix before anything else sees
 * them, redirects and `Location` get it back, templates have it as `@base`, and other addresses are made by `link`.
 * Requests without the prefix are answered, too: those of a proxy that strips it, of probes and of the other services.
 * Call it before any other middleware.
 */
export function serveBelow(app: NestExpressApplication, path: string): void {
  basePath = path;
  const express = app.getHttpAdapter().getInstance();
  express.locals['base'] = path;
  hbs.localsAsTemplateData(express);
  if (path === '') return;
  app.use((request: Request, response: Response, next: NextFunction) => {
    request.url = withoutBasePath(request.url);
    request.originalUrl = request.url;
    const setLocation = response.location.bind(response); // redirects use it, too
    response.location = (url: string) => setLocation(/^\/(?!\/)/.test(url) ? link(url) : url);
    next();
  });
}
