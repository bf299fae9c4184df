/** A request that failed in a way that may pass. The message says how, to be put into a sentence. */
export class Interrupted extends Error {
  /** Wait that the server asks for, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(reason: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(reason, options);
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** The server answered, and will answer the same again. */
export class Refused extends Error {}

export interface RangeRequest {
  /** First byte that is wanted. */
  readonly from: number;
  /** The range is wanted of this content only; of another one, all of it. */
  readonly validator: string | undefined;
  /** Silence that ends the request, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Longest wait that a server may ask for, in milliseconds. */
const MAX_RETRY_AFTER = 30_000;

/**
 * Asks for a file or the rest of one, and hands over the answer: 200, 206, or 416 (no such range). The connection ends
 * when `use` does.
 *
 * @throws Interrupted if the connection fails, falls silent or the server is busy; Refused; the signal's reason;
 *         what `use` throws
 */
export async function get(
  url: string,
  { from, validator, stallMs, signal }: RangeRequest,
  use: (response: Response, body: AsyncGenerator<Uint8Array, void>) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const stalled = new Interrupted(`the server sent nothing for ${stallMs / 1000} s`);
  const timer = setTimeout(() => {
    ending.abort(stalled);
  }, stallMs);
  /** Waits for the network, and says what went wrong with it. */
  const network = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      const value = await answer;
      timer.refresh();
      return value;
    } catch (error) {
      signal?.throwIfAborted();
      throw ending.signal.aborted ? stalled : new Interrupted(connectionError(error), { cause: error });
    }
  };
  async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void> {
    const reader = body?.getReader();
    for (;;) {
      const next = await network(reader?.read() ?? Promise.resolve({ done: true, value: undefined }));
      if (next.done) return;
      yield next.value as Uint8Array;
    }
  }
  try {
    const response = await network(
      fetch(url, {
        headers: {
          'accept-encoding': 'identity',
          ...(from > 0 && { range: `bytes=${from}-` }),
          ...(from > 0 && validator !== undefined && { 'if-range': validator }),
        },
        signal: AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]),
      }),
    );
    refuseErrors(response);
    await use(response, chunksOf(response));
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

function refuseErrors({ status, statusText, headers }: Response): void {
  if ([200, 206, 416].includes(status)) return;
  const said = `the server answered ${[status, statusText].join(' ').trim()}`;
  if (status >= 500 || status === 408 || status === 429) {
    const seconds = Number(headers.get('retry-after') ?? 0) || 0; // the other form, a date, is not worth its code
    throw new Interrupted(said, { retryAfterMs: Math.min(seconds * 1000, MAX_RETRY_AFTER) });
  }
  throw new Refused(status === 401 || status === 403 ? `${said}: it wants a log-in` : said);
}

/** `fetch` says "fetch failed" or "terminated", and the reason in a cause. */
function connectionError(error: unknown): string {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  return `the connection failed: ${cause?.message || cause?.code || (error as Error).message}`;
}
