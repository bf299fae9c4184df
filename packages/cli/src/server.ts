import type { JobResource } from './api';
import { UsageError } from './usage-error';

const DEFAULT_URL = 'http://127.0.0.1:5000';

/** Errors of a connection that was established. */
const CONNECTION_LOST = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];

/** No response, or an incomplete one. */
export class ServerUnreachableError extends Error {}

/** The server refused the request; the message is its reason. */
export class RequestRefusedError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Value of Retry-After, if the server sent one. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

/** A running Boxreel and its JSON API. */
export class Server {
  private constructor(
    private readonly base: URL,
    private readonly key: string | undefined,
    readonly signal: AbortSignal,
  ) {}

  /**
   * @param url default: BOXREEL_URL
   * @param signal ends all requests
   * @param key an API key, default: BOXREEL_KEY
   * @throws UsageError
   */
  static at(
    url = process.env['BOXREEL_URL'] || DEFAULT_URL,
    signal: AbortSignal,
    key = process.env['BOXREEL_KEY'] || undefined,
  ): Server {
    const base = URL.canParse(url) ? new URL(url) : undefined;
    if (!base || !/^https?:$/.test(base.protocol) || base.username !== '') {
      throw new UsageError(`The server's URL is "${url}": expected one such as ${DEFAULT_URL}.`);
    }
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    return new Server(base, key, signal);
  }

  /**
   * @param path below the server's URL, such as `api/jobs`
   * @throws ServerUnreachableError, RequestRefusedError
   */
  async request(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ) {
    const headers = {
      ...init.headers,
      ...(this.key !== undefined && { Authorization: `Bearer ${this.key}` }),
    };
    const answer = await fetch(new URL(path, this.base), { ...init, headers, signal: this.signal }).catch(
      (error: unknown) => {
        throw this.explain(error);
      },
    );
    if (answer.ok) return answer;
    const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
    throw new RequestRefusedError(
      answer.status,
      await this.reasonOf(answer),
      Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    );
  }

  async json<T>(path: string, init?: Parameters<Server['request']>[1]): Promise<T> {
    const answer = await this.request(path, init);
    const text = await answer.text().catch((error: unknown) => {
      throw this.explain(error);
    });
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new RequestRefusedError(
        answer.status,
        `${this.base.href} did not return JSON: is it Boxreel?`,
        undefined,
      );
    }
  }

  job(id: string): Promise<JobResource> {
    return this.json<JobResource>(jobPath(id));
  }

  /** Turns an error of fetch into a ServerUnreachableError; an abort stays as it is. */
  explain(error: unknown): unknown {
    if (this.signal.aborted) return error;
    const { cause = error } = error as Error; // fetch's own message is only "fetch failed"
    const code =
      'code' in (cause as Error) ? String((cause as NodeJS.ErrnoException).code) : (cause as Error).message;
    const where = this.base.href;
    return new ServerUnreachableError(
      CONNECTION_LOST.includes(code)
        ? `${where} dropped the connection (${code}).`
        : `${where} cannot be reached (${code}). Is it running? Set its address with --url or BOXREEL_URL.`,
    );
  }

  private async reasonOf(answer: Response): Promise<string> {
    const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    const reason = body?.error?.message ?? `${this.base.href} returned ${answer.status}.`;
    return answer.status === 401 ? `${reason} Set BOXREEL_KEY to an API key of the server.` : reason;
  }
}

export function jobPath(id: string, ...rest: string[]): string {
  return ['api/jobs', id, ...rest]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/');
}
