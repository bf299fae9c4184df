import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RateLimit, addressOf } from '#access';

/** Routes that receive videos. Express ignores case and a trailing slash, so this does too. */
const UPLOADS = /^\/(fileUpload|sample|api\/jobs|api\/uploads)\/?$/i;

/** Middleware that limits uploads by API key, or by address without one, before the body is read. */
export function limitUploads(perMinute: number): RequestHandler {
  const limit = new RateLimit(perMinute, `Too many uploads: the limit is ${perMinute} per minute.`);
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.method !== 'POST' || !UPLOADS.test(request.path)) {
      next();
      return;
    }
    const user: unknown = response.locals['user'];
    const who = typeof user === 'string' ? `key ${user}` : addressOf(request);
    limit.count(who).then(() => {
      next();
    }, next);
  };
}
