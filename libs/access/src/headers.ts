import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/**
 * The minimum that the pages need: own scripts that connect to this server only. Pages show a chosen
 * image or video from a `blob:` URL; the style sheet has `data:` icons.
 */
const PAGES = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'connect-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:'],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/** Swagger UI at `/api` uses inline styles. */
const API_DOCUMENT = {
  ...PAGES,
  'style-src': ["'self'", "'unsafe-inline'"],
};

const YEAR_S = 365 * 24 * 3600;

const withPolicy = (directives: Record<string, string[]>) =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
    // With no-referrer, browsers would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false, // set below for TLS only
  });

const pageHeaders = withPolicy(PAGES);
const apiDocumentHeaders = withPolicy(API_DOCUMENT);
const onlyTls = helmet.strictTransportSecurity({ maxAge: YEAR_S, includeSubDomains: false });

/** Sets security headers; over TLS also Strict-Transport-Security. */
export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  const policy = /^\/api\/?$/i.test(request.path) ? apiDocumentHeaders : pageHeaders;
  policy(request, response, () => {
    if (request.secure) onlyTls(request, response, next);
    else next();
  });
}
