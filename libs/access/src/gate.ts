import { Logger, UnauthorizedException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { ApiKey } from '#config';
import { identify, type AccessLevel, type Caller } from './access';
import { RateLimit, addressOf } from './rate-limit';
import { nameOf, sameSecret } from './secrets';
import { Sessions } from './sessions';

export interface GateOptions {
  readonly keys: readonly ApiKey[];
  /** Authenticates the services to each other. Required with keys. */
  readonly serviceToken?: string | undefined;
  /** Grants access to `/metrics` only. */
  readonly metricsToken?: string | undefined;
  /** Invalid keys allowed per address and minute. */
  readonly wrongKeysPerMinute: number;
  /** Path of the login page; undefined for services without pages. */
  readonly loginPage?: string | undefined;
  /** Prefix of every path, see BASE_PATH. */
  readonly basePath?: string | undefined;
}

export const SESSION_COOKIE = 'boxreel_session';

/** Access by path. Express ignores case and a trailing slash, so the patterns do too. */
const PATHS: readonly (readonly [RegExp, AccessLevel])[] = [
  // Probes, the login page and its static files.
  [/^\/(healthz|readyz|login|logout)\/?$|^\/static\//i, 'public'],
  // The timeline: forged times would corrupt jobs.
  [/^\/requestid(\/|$)/i, 'service'],
  // Preprocess forwards image requests to infer.
  [/^\/api\/detect\/?$/i, 'user or service'],
  [/^\/metrics\/?$/i, 'user or metrics'],
];

/** The access level of a path, whether or not a route exists. */
export function accessTo(path: string): AccessLevel {
  return PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? 'user';
}

/** Authenticates requests. Paths that are not listed above require a key, so new routes are closed by default. */
export class Gate {
  readonly sessions: Sessions | undefined;
  private readonly wrongKeys: RateLimit;
  private readonly logger = new Logger('access');

  constructor(private readonly options: GateOptions) {
    const { keys, serviceToken, wrongKeysPerMinute } = options;
    if (keys.length > 0 && serviceToken === undefined) throw new Error('API keys need a service token');
    this.sessions = keys.length > 0 && serviceToken ? new Sessions(keys, serviceToken) : undefined;
    this.wrongKeys = new RateLimit(wrongKeysPerMinute, 'Too many invalid keys from your address.');
  }

  /** Middleware. Sets `response.locals.user` to the name of the key. */
  readonly handle = (request: Request, response: Response, next: NextFunction): void => {
    this.admit(request, response).then((caller) => {
      const { loginPage = '' } = this.options;
      if (caller !== undefined) {
        identify(response, caller);
        next();
      } else response.redirect(303, `${loginPage}?next=${encodeURIComponent(request.originalUrl)}`);
    }, next);
  };

  /**
   * Returns the name of a key. Counts invalid keys and checks none from an address that has sent too many.
   * @throws TooManyRequestsError
   */
  async identify(secret: string, request: Request): Promise<string | undefined> {
    const address = addressOf(request);
    this.wrongKeys.check(address);
    const name = nameOf(secret, this.options.keys);
    if (name !== undefined) return name;
    this.logger.warn(`Invalid key from ${address}.`);
    await this.wrongKeys.count(address);
    return undefined;
  }

  /** @returns undefined if a person has to log in first @throws UnauthorizedException, TooManyRequestsError */
  private async admit(request: Request, response: Response): Promise<Caller | undefined> {
    const { keys, serviceToken, metricsToken, loginPage, basePath = '' } = this.options;
    const level = accessTo(request.path);
    if (level === 'public') return this.hasSession(request, response) ? 'user' : 'anonymous';
    const secret = secretOf(request);
    if (level === 'service') {
      if (serviceToken === undefined || (secret !== undefined && sameSecret(secret, serviceToken)))
        return 'service';
      throw unauthorized(
        response,
        'The timeline is for services only: send "Authorization: Bearer SERVICE_TOKEN".',
      );
    }
    if (keys.length === 0) return 'user';
    response.setHeader('Cache-Control', 'private, no-cache');
    if (secret === undefined) {
      if (this.hasSession(request, response)) return 'user';
      if (loginPage !== undefined && isPerson(request)) return undefined;
      const orLogIn = loginPage === undefined ? '' : `, or log in at ${basePath}${loginPage}`;
      throw unauthorized(response, `API key required: send it as "Authorization: Bearer KEY"${orLogIn}.`);
    }
    if (serviceToken && level === 'user or service' && sameSecret(secret, serviceToken)) return 'service';
    if (metricsToken && level === 'user or metrics' && sameSecret(secret, metricsToken)) return 'metrics';
    const name = await this.identify(secret, request);
    if (name === undefined) throw unauthorized(response, 'Invalid API key.', 'invalid_token');
    setUser(response, name);
    return 'user';
  }

  /** Checks the session cookie and sets the user. */
  private hasSession(request: Request, response: Response): boolean {
    const name = this.sessions?.nameOf(cookieOf(request) ?? '');
    if (name === undefined) return false;
    setUser(response, name);
    return true;
  }
}

function setUser(response: Response, name: string): void {
  response.locals['user'] = name;
}

/** RFC 6750, section 2.1; X-API-Key is for programs that cannot set Authorization. */
function secretOf(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.get('Authorization') ?? '') ?? [];
  return bearer ?? request.get('X-API-Key');
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === SESSION_COOKIE)?.[1];
}

/** Whether a browser opens a page. `/api` is one; the JSON API below `/api/` and its documents are for programs. */
function isPerson(request: Request): boolean {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  return reads && !/^\/api[/-]./i.test(request.path) && request.accepts(['json', 'html']) === 'html';
}

function unauthorized(response: Response, sentence: string, error?: string): UnauthorizedException {
  response.setHeader(
    'WWW-Authenticate',
    `Bearer realm="boxreel"${error === undefined ? '' : `, error="${error}"`}`,
  );
  return new UnauthorizedException(sentence);
}
