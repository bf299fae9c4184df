import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/**
 * What the pages need, and nothing besides: scripts are files of ours, and ask this server alone. `blob:` is a video that
 * somebody has just chosen, whose length the upload page looks at before it is sent; `data:` are the icons of the style
 * sheet.
 */
const PAGES = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'connect-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'media-src': ["'self'", 'blob:'],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/** Swagger UI at `/api` sets styles inline. */
const API_DOCUMENT = {
  ...PAGES,
  'style-src': ["'self'", "'unsafe-inline'"],
};

const YEAR_S = 365 * 24 * 3600;

const withPolicy = (directives: Record<string, string[]>) =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
    // not no-referrer: browsers would send `Origin: null` with our own forms
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false, // below, where it is true
  });

const ofPages = withPolicy(PAGES);
const ofApiDocument = withPolicy(API_DOCUMENT);
const onlyTls = helmet.strictTransportSecurity({ maxAge: YEAR_S, includeSubDomains: false });

/** Tells browsers what a page may do. Behind TLS also to come by TLS only. */
export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  const policy = /^\/api\/?$/i.test(request.path) ? ofApiDocument : ofPages;
  policy(request, response, () => {
    if (request.secure) onlyTls(request, response, next);
    else next();
  });
}
