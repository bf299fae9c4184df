import { isIP } from 'node:net';
import { ForbiddenException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses what a page of another site makes a browser send. Browsers say where a request comes from: Sec-Fetch-Site
 * over https and to localhost, Origin with everything but GET and HEAD. Programs send neither, and pass.
 */
export function refuseCrossSite(request: Request, _response: Response, next: NextFunction): void {
  if (SAFE.includes(request.method) || !isForeign(request)) {
    next();
    return;
  }
  throw new ForbiddenException('This came from a page of another site, so nothing was done.');
}

function isForeign(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = request.get('Origin');
  return origin !== undefined && hostOf(origin) !== named(request).host?.toLowerCase();
}

/** A request of HTTP/1.0 may have no Host, whatever the types say. */
function named({ host, hostname }: { host?: string; hostname?: string }) {
  return { host, hostname };
}

/** Host and port as a Host header has them; undefined for the `null` of a page that hides where it is from. */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/**
 * For a service that only this machine can reach and that asks nobody for a key: refuses requests for other names.
 * A page of `evil.example` could have that name resolve to 127.0.0.1 (DNS rebinding), and would then be at home here.
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
    `This server is for its own machine and answers to localhost only, not to "${name.slice(0, 64)}". ` +
      'To reach it by another name or through a proxy, set API_KEYS or TRUST_PROXY.',
  );
}
