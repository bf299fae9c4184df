import { isIP } from 'node:net';
import { ForbiddenException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Rejects requests that a page of another site makes a browser send (CSRF). Browsers send Sec-Fetch-Site over https and
 * to localhost, and Origin with all methods but GET and HEAD. Programs send neither and pass.
 */
export function refuseCrossSite(request: Request, _response: Response, next: NextFunction): void {
  if (SAFE.includes(request.method) || !isForeign(request)) {
    next();
    return;
  }
  throw new ForbiddenException('Rejected: this request came from a page of another site.');
}

function isForeign(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = request.get('Origin');
  return origin !== undefined && hostOf(origin) !== named(request).host?.toLowerCase();
}

/** HTTP/1.0 requests may have no Host, despite the types. */
function named({ host, hostname }: { host?: string; hostname?: string }) {
  return { host, hostname };
}

/** Host and port in the format of a Host header; undefined for an opaque origin (`null`). */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/**
 * For a service without keys on a loopback address: refuses requests for other host names. A page of `evil.example`
 * could resolve its name to 127.0.0.1 (DNS rebinding) and then count as the same site.
 */
export function refuseForeignNames(request: Request, _response: Response, next: NextFunction): void {
  const name = named(request)
    .hostname?.replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (name === undefined || isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) {
    next();
    return;
  }
  throw new ForbiddenException(
    `This server accepts requests for localhost only, not for "${name.slice(0, 64)}". ` +
      'To use another name or a proxy, set API_KEYS or TRUST_PROXY.',
  );
}
