import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Manifest } from '../src/manifest/schema';

export interface ModelServer {
  readonly url: string;
  /** Headers of all requests so far. */
  readonly requests: readonly IncomingHttpHeaders[];
  /** The current request handler. */
  answer: RequestListener;
  readonly close: () => Promise<void>;
}

/** A loopback HTTP server with a replaceable handler. */
export async function serveModel(answer: RequestListener): Promise<ModelServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    self.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: ModelServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`,
    requests,
    answer,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

/** Random bytes that start like a model. */
export function someModel(size: number): Buffer {
  const bytes = randomBytes(size);
  bytes[0] = 8; // the tag of an ONNX file's first field
  return bytes;
}

/** The manifest of a model on a server; it does not describe the content. */
export function manifestOf(url: string, content: Buffer, base: Manifest): Manifest {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    ...base,
    name: 'far',
    title: 'Far away',
    sha256,
    source: { type: 'url', url, bytes: content.length },
  };
}

/** A correct server: ranges, If-Range, an ETag. */
export function proper(content: Buffer, etag = etagOf(content)): RequestListener {
  return (request, response) => {
    response.setHeader('etag', etag);
    const from = askedFrom(request.headers);
    const sameContent = [undefined, etag].includes(request.headers['if-range']?.toString());
    if (from > 0 && sameContent) sendRest(response, content, from);
    else sendAll(response, content);
  };
}

/** First byte of a request. */
export function askedFrom({ range }: IncomingHttpHeaders): number {
  return Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
}

export function sendAll(response: ServerResponse, content: Buffer): void {
  response.writeHead(200, { 'content-length': content.length });
  response.end(content);
}

export function sendRest(response: ServerResponse, content: Buffer, from: number): void {
  const rest = content.subarray(from);
  const range = `bytes ${from}-${content.length - 1}/${content.length}`;
  response.writeHead(206, { 'content-length': rest.length, 'content-range': range });
  response.end(rest);
}

/** Sends at most `after` bytes of the response of `answer`, then drops the connection, or stalls with `hold`. */
export function broken(answer: RequestListener, after: number, how: 'cut' | 'hold' = 'cut'): RequestListener {
  return (request, response) => {
    const end = response.end.bind(response);
    response.end = ((body?: Buffer) => {
      if (!body || body.length <= after) return end(body);
      // written data arrives before the connection ends: a FIN, not a reset
      response.write(body.subarray(0, after), () => {
        if (how === 'cut') response.socket?.end();
      });
      return response;
    }) as ServerResponse['end'];
    answer(request, response);
  };
}

/** One handler after the other; the last one for all further requests. */
export function inTurn(...answers: readonly RequestListener[]): RequestListener {
  let turn = 0;
  return (request, response) => {
    answers[Math.min(turn++, answers.length - 1)]!(request, response);
  };
}

function etagOf(content: Buffer): string {
  return `"${createHash('sha1').update(content).digest('hex')}"`;
}
