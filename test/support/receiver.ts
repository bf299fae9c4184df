import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A request as received. */
export interface ReceivedRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Receiver of callbacks: records requests and responds as configured. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  /** Status of the responses. */
  answer: (request: ReceivedRequest, response: ServerResponse) => void = (_, response) => {
    response.end();
  };

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => void receiver.take(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Resolves once this many requests have arrived. */
  async received(count: number): Promise<readonly ReceivedRequest[]> {
    while (this.requests.length < count) await delay(10);
    return this.requests;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const received = { headers: request.headers as Record<string, string>, body };
    this.requests.push(received);
    this.answer(received, response);
  }
}
