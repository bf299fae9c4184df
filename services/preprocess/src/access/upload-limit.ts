import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RateLimit, addressOf } from '#access';

/** Where videos are sent to; Express finds routes whatever the case of their letters, and with a slash at the end. */
const UPLOADS = /^\/(fileUpload|api\/jobs|api\/uploads)\/?$/i;

/** Middleware that counts videos by the key they come with, or else by the address, before anything of them is read. */
export function limitUploads(perMinute: number): RequestHandler {
  const limit = new RateLimit(perMinute, `Too many videos came at once: ${perMinute} a minute is the limit.`);
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
