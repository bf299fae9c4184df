import { Body, Controller, Get, HttpStatus, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access, Gate, SESSION_COOKIE } from '#access';
import type { PreprocessConfig } from '#config';
import { CONFIG } from '#platform';
import { link, withoutBasePath } from '../base-path';
import { HOUR_MS } from '../time';

export const LOGIN_PATH = '/login';

const HOME = '/upload';

/** Logs people in with an API key; a session cookie then identifies them. */
@ApiExcludeController()
@Controller()
@Access('public')
export class LoginController {
  /** Lifetime of a session. */
  private readonly sessionMs: number;

  constructor(
    private readonly gate: Gate,
    @Inject(CONFIG) config: Pick<PreprocessConfig, 'SESSION_HOURS'>,
  ) {
    this.sessionMs = config.SESSION_HOURS * HOUR_MS;
  }

  @Get('login')
  show(@Query('next') next: unknown, @Res() response: Response): void {
    if (this.gate.sessions) render(response, next);
    else response.redirect(303, HOME);
  }

  @Post('login')
  async login(
    @Body() form: { readonly key?: unknown; readonly next?: unknown } | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const key = typeof form?.key === 'string' ? form.key.trim() : '';
    const name = this.gate.sessions && (await this.gate.identify(key, request));
    if (this.gate.sessions === undefined || name === undefined) {
      response.status(HttpStatus.UNAUTHORIZED);
      render(response, form?.next, 'Invalid API key.');
      return;
    }
    const session = this.gate.sessions.issue(name, Date.now() + this.sessionMs);
    response.cookie(SESSION_COOKIE, session, { ...cookieOptions(request), maxAge: this.sessionMs });
    response.redirect(303, localPath(form?.next));
  }

  @Post('logout')
  logout(@Req() request: Request, @Res() response: Response): void {
    response.clearCookie(SESSION_COOKIE, cookieOptions(request));
    response.redirect(303, LOGIN_PATH);
  }
}

/** Hides the cookie from scripts and other sites, and restricts it to TLS if it was set over TLS. */
function cookieOptions(request: Request) {
  return { httpOnly: true, sameSite: 'strict', path: link('') || '/', secure: request.secure } as const;
}

function render(response: Response, next: unknown, problem?: string): void {
  response.render('login', { title: 'Log in', next: localPath(next), problem });
}

/** Where to go after login: always a page of this server, or `next` would be an open redirect. */
function localPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return HOME;
  try {
    const here = 'http://here.invalid';
    const { origin, pathname, search } = new URL(next, here);
    return origin === here ? withoutBasePath(pathname.replace(/^\/+/, '/')) + search : HOME;
  } catch {
    return HOME;
  }
}
