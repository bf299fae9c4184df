import { Logger, UnauthorizedException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { ApiKey } from '#config';
import { identify, type AccessLevel, type Caller } from './access';
import { RateLimit, addressOf } from './rate-limit';
import { nameOf, sameSecret } from './secrets';
import { Sessions } from './sessions';

export interface GateOptions {
  readonly keys: readonly ApiKey[];
  /** What the services show each other. Needed with keys. */
  readonly serviceToken?: string | undefined;
  /** Opens `/metrics` and nothing else. */
  readonly metricsToken?: string | undefined;
  /** Wrong keys that an address may show a minute. */
  readonly wrongKeysPerMinute: number;
  /** Where people log in; without it everybody is a program. */
  readonly loginPage?: string | undefined;
  /** What clients have to put before every path. */
  readonly basePath?: string | undefined;
}

export const SESSION_COOKIE = 'boxreel_session';

/** Who may ask for a path, as Express finds routes: whatever the case of their letters, with or without a slash at the end. */
const PATHS: readonly (readonly [RegExp, AccessLevel])[] = [
  // Probes, the log-in and what it looks like.
  [/^\/(healthz|readyz|login|logout)\/?$|^\/static\//i, 'public'],
  // The timeline: who can forge times can spoil every job.
  [/^\/requestid(\/|$)/i, 'service'],
  // What preprocess asks infer for.
  [/^\/api\/detect\/?$/i, 'user or service'],
  [/^\/metrics\/?$/i, 'user or metrics'],
];

/** Who may ask for a path, before it is known whether there is a route. */
export function accessTo(path: string): AccessLevel {
  return PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? 'user';
}

/** Lets in who may come in. What is not named above wants a key, whatever it is: a new route is closed until it is opened. */
export class Gate {
  readonly sessions: Sessions | undefined;
  private readonly wrongKeys: RateLimit;
  private readonly logger = new Logger('access');

  constructor(private readonly options: GateOptions) {
    const { keys, serviceToken, wrongKeysPerMinute } = options;
    if (keys.length > 0 && serviceToken === undefined) throw new Error('API keys need a service token');
    this.sessions = keys.length > 0 && serviceToken ? new Sessions(keys, serviceToken) : undefined;
    this.wrongKeys = new RateLimit(wrongKeysPerMinute, 'Too many wrong keys came from your address.');
  }

  /** Middleware. Who came in by a key is then `response.locals.user`. */
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
   * Whose key it is. Wrong ones are counted; of an address that has shown too many none is looked at for a while.
   * @throws TooManyRequestsError
   */
  async identify(secret: string, request: Request): Promise<string | undefined> {
    const address = addressOf(request);
    this.wrongKeys.check(address);
    const name = nameOf(secret, this.options.keys);
    if (name !== undefined) return name;
    this.logger.warn(`A wrong key came from ${address}.`);
    await this.wrongKeys.count(address);
    return undefined;
  }

  /** @returns undefined when a person has to log in first @throws what else there is to say */
  private async admit(request: Request, response: Response): Promise<Caller | undefined> {
    const { keys, serviceToken, metricsToken, loginPage, basePath = '' } = this.options;
    const level = accessTo(request.path);
    if (level === 'public') return this.recognise(request, response) ? 'user' : 'anonymous';
    const secret = secretOf(request);
    if (level === 'service') {
      if (serviceToken === undefined || (secret !== undefined && sameSecret(secret, serviceToken)))
        return 'service';
      throw unauthorized(
        response,
        'The timeline is for the services alone: it wants "Authorization: Bearer SERVICE_TOKEN".',
      );
    }
    if (keys.length === 0) return 'user';
    response.setHeader('Cache-Control', 'private, no-cache');
    if (secret === undefined) {
      if (this.recognise(request, response)) return 'user';
      if (loginPage !== undefined && isPerson(request)) return undefined;
      const orLogIn = loginPage === undefined ? '' : `, or log in at ${basePath}${loginPage}`;
      throw unauthorized(response, `A key is needed: send it as "Authorization: Bearer KEY"${orLogIn}.`);
    }
    if (serviceToken && level === 'user or service' && sameSecret(secret, serviceToken)) return 'service';
    if (metricsToken && level === 'user or metrics' && sameSecret(secret, metricsToken)) return 'metrics';
    const name = await this.identify(secret, request);
    if (name === undefined) throw unauthorized(response, 'There is no such key.', 'invalid_token');
    enter(response, name);
    return 'user';
  }

  /** Somebody who has logged in. */
  private recognise(request: Request, response: Response): boolean {
    const name = this.sessions?.nameOf(cookieOf(request) ?? '');
    if (name === undefined) return false;
    enter(response, name);
    return true;
  }
}

function enter(response: Response, name: string): void {
  response.locals['user'] = name;
}

/** RFC 6750, section 2.1; the other header is for programs that cannot set this one. */
function secretOf(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.get('Authorization') ?? '') ?? [];
  return bearer ?? request.get('X-API-Key');
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === SESSION_COOKIE)?.[1];
}

/** Somebody who opens a page. The JSON API below `/api/` is for programs, its description at `/api` is a page. */
function isPerson(request: Request): boolean {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  return reads && !/^\/api\/./i.test(request.path) && request.accepts(['json', 'html']) === 'html';
}

function unauthorized(response: Response, sentence: string, error?: string): UnauthorizedException {
  response.setHeader(
    'WWW-Authenticate',
    `Bearer realm="boxreel"${error === undefined ? '' : `, error="${error}"`}`,
  );
  return new UnauthorizedException(sentence);
}
