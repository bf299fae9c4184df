import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy that serves one path and returns 404 for others, like one in front of several sites. */
export class PrefixProxy {
  /** Requests outside the prefix: links that lack it. */
  readonly strays: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly prefix: string,
    private readonly strip: boolean,
  ) {
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      this.pass(asked, answer);
    });
  }

  /** @param strip whether it removes the prefix before forwarding a request */
  static async open(target: string, prefix: string, { strip = false } = {}): Promise<PrefixProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PrefixProxy(server, new URL(target), prefix, strip);
  }

  /** Address of the server behind it, with the prefix. */
  get url(): string {
    return `${this.origin}${this.prefix}`;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { url = '/', method, headers } = asked;
    if (url !== this.prefix && !url.startsWith(`${this.prefix}/`)) {
      this.strays.push(url);
      answer.writeHead(404).end();
      return;
    }
    const path = this.strip ? url.slice(this.prefix.length) || '/' : url;
    const { hostname, port } = this.target;
    const passed = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }
}
