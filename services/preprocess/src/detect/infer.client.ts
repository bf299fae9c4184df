import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { Logger, ServiceUnavailableException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SILENCE_MS } from '#http';
import { StateLog } from '#telemetry';

/** A little sooner than the client's connection is cut, so that it is told why. */
const ANSWER_TIMEOUT_MS = SILENCE_MS - 10_000;

/** Headers that belong to one connection and are not passed on (RFC 9110, section 7.6.1), and those made anew. */
const OWN_HEADERS = [
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

/** How infer answers to a token that is not its own, and to many of them: our fault, not the client's. */
const REFUSED = [401, 429];

/** Headers that say who asks, and from which page. Infer has to know that it is us, and nothing of them. */
const OF_THE_CLIENT = ['authorization', 'x-api-key', 'cookie', 'origin', 'referer', 'sec-fetch-site'];

/** Passes requests on to the infer service. Bodies are streamed both ways; neither is held here. */
export class InferClient {
  private readonly state = new StateLog(new Logger('detect'), 'Infer cannot be reached');

  /** @param serviceToken what the services show each other, where there is one */
  constructor(
    private readonly baseUrl: string,
    private readonly serviceToken?: string,
  ) {}

  /**
   * Answers a request with what infer answers to it. When the client goes away, so does the request to infer.
   * @throws ServiceUnavailableException while nothing was answered and infer cannot be reached
   */
  async forward(request: Request, response: Response): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const answer = await this.send(request, gone.signal);
      if (REFUSED.includes(answer.statusCode ?? 0)) {
        answer.destroy();
        throw new Error(
          `it answered ${answer.statusCode ?? 0}: SERVICE_TOKEN is not the same there and here`,
        );
      }
      this.state.worked();
      response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
      await pipeline(answer, response);
    } catch (error) {
      if (gone.signal.aborted) return; // nobody is there to be told
      if (response.headersSent) throw error;
      this.state.failed(error);
      throw new ServiceUnavailableException(
        'The detector does not answer at the moment. Please try again soon.',
        { cause: error },
      );
    } finally {
      request.unpipe().resume(); // what infer did not want is read, or the client never gets to its answer
    }
  }

  /** @returns infer's answer, once its head is there; it may come before the request is sent completely */
  private send(request: Request, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(request.originalUrl, this.baseUrl);
    const { request: open } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const forwarded = open(url, {
        method: request.method,
        headers: {
          ...passedOn(request.headers, OF_THE_CLIENT),
          ...(this.serviceToken !== undefined && { authorization: `Bearer ${this.serviceToken}` }),
        },
        agent: false, // a kept connection may just be closing, and a body cannot be sent twice
        timeout: ANSWER_TIMEOUT_MS,
        signal,
      });
      forwarded.once('response', resolve);
      forwarded.once('timeout', () => {
        forwarded.destroy(new Error(`infer is silent for ${ANSWER_TIMEOUT_MS / 1000} s`));
      });
      forwarded.once('error', reject);
      request.pipe(forwarded); // no pipeline: an error of infer must not end the client's connection
    });
  }
}

function passedOn(headers: IncomingHttpHeaders, without: readonly string[] = []): IncomingHttpHeaders {
  const left = [...OWN_HEADERS, ...without];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)));
}
