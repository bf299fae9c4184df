import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of the replicas that a test can slow down or interrupt. */
export class FlakyProxy {
  /** Address of the target. */
  target = '';
  /** Total bytes from the browser. */
  sent = 0;
  /** Reset every connection after this many more bytes. */
  resetAfter = Infinity;
  /** Limit of bytes per second from the browser. */
  speed = Infinity;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.join(socket);
    });
  }

  static async open(): Promise<FlakyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FlakyProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  resetAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.resetAll();
    this.server.close();
  }

  private join(browser: Socket): void {
    const { hostname, port } = new URL(this.target);
    const server = connect(Number(port), hostname);
    for (const [one, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    server.pipe(browser);
    browser.on('data', (chunk: Buffer) => {
      this.sent += chunk.length;
      this.resetAfter -= chunk.length;
      browser.pause();
      server.write(chunk, () => {
        setTimeout(() => browser.resume(), (1000 * chunk.length) / this.speed);
      });
      if (this.resetAfter > 0) return;
      this.resetAfter = Infinity;
      this.resetAll();
    });
  }
}
