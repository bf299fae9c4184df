import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { HttpException, Logger, ServiceUnavailableException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DETECT_PATH, IDLE_TIMEOUT_MS } from '#platform';
import { StateLog } from '#telemetry';

/** Shorter than the limit of the client's connection, so that the client still gets an error. */
const ANSWER_TIMEOUT_MS = IDLE_TIMEOUT_MS - 10_000;

/** Headers of one connection, which proxies must not forward (RFC 9110, section 7.6.1), and those Node sets itself. */
const CONNECTION_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
];

/** Statuses with which infer rejects the service token: a fault of this system, not of the client. */
const TOKEN_REJECTED = [401, 429];

/** Headers that identify the client or its page. Infer authenticates this service instead. */
const CLIENT_HEADERS = ['authorization', 'x-api-key', 'cookie', 'origin', 'referer', 'sec-fetch-site'];

const UNAVAILABLE = 'The detection service is unavailable. Try again soon.';

/** Forwards requests to the infer service. Streams bodies in both directions without buffering them. */
export class InferClient {
  private readonly state = new StateLog(new Logger('detect'), 'Cannot reach infer');

  /** @param serviceToken authenticates the services to each other; undefined if authentication is disabled */
  constructor(
    private readonly baseUrl: string,
    private readonly serviceToken?: string,
  ) {}

  /**
   * Sends infer's response to the client. Aborts the request to infer when the client disconnects.
   * @throws ServiceUnavailableException if infer is unreachable and nothing was sent to the client yet
   */
  async forward(request: Request, response: Response): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const answer = await this.send(request, gone.signal);
      if (TOKEN_REJECTED.includes(answer.statusCode ?? 0)) {
        answer.destroy();
        throw new Error(`it returned ${answer.statusCode ?? 0}: SERVICE_TOKEN differs between the services`);
      }
      this.state.worked();
      response.writeHead(answer.statusCode ?? 502, withoutHeaders(answer.headers, CONNECTION_HEADERS));
      await pipeline(answer, response);
    } catch (error) {
      if (gone.signal.aborted) return; // the client has disconnected
      if (response.headersSent) throw error;
      this.state.failed(error);
      throw new ServiceUnavailableException(UNAVAILABLE, {
        cause: error,
      });
    } finally {
      request.unpipe().resume(); // the client reads the response only after sending the whole body
    }
  }

  /**
   * Sends a form to the image endpoint on behalf of a page.
   * @returns a successful response
   * @throws HttpException with infer's reason if it refuses the request, or ServiceUnavailableException
   */
  async post(form: FormData, { annotate = false } = {}): Promise<globalThis.Response> {
    const url = new URL(`${DETECT_PATH}${annotate ? '?annotate=1' : ''}`, this.baseUrl);
    const headers = this.authorization();
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', body: form, headers, signal }).catch(
      (error: unknown) => {
        this.state.failed(error);
        throw new ServiceUnavailableException(UNAVAILABLE, { cause: error });
      },
    );
    this.state.worked();
    if (answer.ok) return answer;
    const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    if (TOKEN_REJECTED.includes(answer.status) || answer.status >= 500) {
      throw new ServiceUnavailableException(answer.status === 503 ? body?.error?.message : UNAVAILABLE);
    }
    throw new HttpException(body?.error?.message ?? UNAVAILABLE, answer.status);
  }

  private authorization(): Record<string, string> {
    return this.serviceToken === undefined ? {} : { authorization: `Bearer ${this.serviceToken}` };
  }

  /** @returns infer's response once its headers arrive, possibly before the whole request has been sent */
  private send(request: Request, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(request.originalUrl, this.baseUrl);
    const { request: open } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const forwarded = open(url, {
        method: request.method,
        headers: {
          ...withoutHeaders(request.headers, [...CONNECTION_HEADERS, ...CLIENT_HEADERS]),
          ...this.authorization(),
        },
        agent: false, // a keep-alive connection may be closing, and a streamed body cannot be sent twice
        timeout: ANSWER_TIMEOUT_MS,
        signal,
      });
      forwarded.once('response', resolve);
      forwarded.once('timeout', () => {
        forwarded.destroy(new Error(`infer did not respond for ${ANSWER_TIMEOUT_MS / 1000} s`));
      });
      forwarded.once('error', reject);
      request.pipe(forwarded); // not pipeline(): an error of infer must not close the client's connection
    });
  }
}

function withoutHeaders(headers: IncomingHttpHeaders, excluded: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !excluded.includes(name)));
}
