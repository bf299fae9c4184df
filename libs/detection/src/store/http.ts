import { BoxreelError, type BoxreelErrorOptions } from '#errors';

/** A request failed, but a retry may succeed. The message is a clause. */
export class DownloadInterruptedError extends BoxreelError {
  constructor(reason: string, options?: Omit<BoxreelErrorOptions, 'fault'>) {
    super('DOWNLOAD_INTERRUPTED', reason, options);
  }
}

/** The server refused, and would refuse again. The message is a clause. */
export class DownloadRefusedError extends BoxreelError {
  constructor(reason: string) {
    super('DOWNLOAD_REFUSED', reason);
  }
}

export interface RangeRequest {
  /** First byte to request. */
  readonly from: number;
  /** Version of the content (If-Range): if it differs, the server sends all of it. */
  readonly validator: string | undefined;
  /** Abort the request after this time without data, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Longest delay that a server may request, in seconds. */
const MAX_RETRY_AFTER_S = 30;

/**
 * Requests a file, or the rest of one, and passes the response to `use`: status 200, 206, or 416 (no such range). The
 * connection ends when `use` does.
 *
 * @throws DownloadInterruptedError if the connection fails or stalls, or the server is busy; DownloadRefusedError; the
 *         signal's reason; what `use` throws
 */
export async function get(
  url: string,
  { from, validator, stallMs, signal }: RangeRequest,
  use: (response: Response, body: AsyncGenerator<Uint8Array, void>) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const stalled = new DownloadInterruptedError(`the server sent nothing for ${stallMs / 1000} s`);
  const timer = setTimeout(() => {
    ending.abort(stalled);
  }, stallMs);
  /** Awaits the network and converts its errors. */
  const network = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      const value = await answer;
      timer.refresh();
      return value;
    } catch (error) {
      signal?.throwIfAborted();
      throw ending.signal.aborted
        ? stalled
        : new DownloadInterruptedError(connectionError(error), { cause: error });
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
  const reason = `the server returned ${[status, statusText].join(' ').trim()}`;
  if (status >= 500 || status === 408 || status === 429) {
    const seconds = Number(headers.get('retry-after') ?? 0) || 0; // a date, the other form, is not supported
    throw new DownloadInterruptedError(reason, { retryAfterS: Math.min(seconds, MAX_RETRY_AFTER_S) });
  }
  throw new DownloadRefusedError(
    status === 401 || status === 403 ? `${reason}: it requires a login` : reason,
  );
}

/** `fetch` only says "fetch failed" or "terminated"; the reason is in the cause. */
function connectionError(error: unknown): string {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  return `the connection failed: ${cause?.message || cause?.code || (error as Error).message}`;
}
