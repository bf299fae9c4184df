import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import hbs from 'hbs';

/** Global: a process serves one base path. */
let basePath = '';

/** Adds BASE_PATH to a path: `/upload` becomes `/boxreel/upload`. */
export function link(path: string): string {
  return basePath + path;
}

/** Strips BASE_PATH from a path; returns other paths unchanged. */
export function withoutBasePath(path: string): string {
  const rest = path.startsWith(basePath) ? path.slice(basePath.length) : undefined;
  if (rest === undefined || !/^(\/|\?|$)/.test(rest)) return path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Serves everything below BASE_PATH. Routes never see the prefix: it is stripped before other middleware runs and added
 * back to redirects and `Location`; templates use `@base`, and other links use `link`.
 * Requests without the prefix work as well: from proxies that strip it, probes and the other services.
 * Call this before adding any other middleware.
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
    const setLocation = response.location.bind(response); // redirects use it as well
    response.location = (url: string) => setLocation(/^\/(?!\/)/.test(url) ? link(url) : url);
    next();
  });
}
