import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/**
 * Sends what is made on the way, as fast as the client takes it; only its headers, or 304, where no more is asked for.
 * The headers are set. An error before the first piece still gets an answer of its own; a later one breaks the
 * connection: what came so far must not look complete.
 * @throws the error of the content; a client that goes away is none
 */
export async function send(
  request: Request,
  response: Response,
  content: AsyncGenerator<Buffer, void, undefined>,
): Promise<void> {
  if (request.fresh) response.status(304).end();
  else if (request.method === 'HEAD') response.end();
  else await sendBody(response, content);
}

async function sendBody(response: Response, content: AsyncGenerator<Buffer, void, undefined>): Promise<void> {
  const first = await content.next().catch((error: unknown) => {
    for (const name of ['Content-Type', 'Content-Disposition', 'ETag']) response.removeHeader(name);
    throw error;
  });
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    if (!first.done) yield first.value;
    yield* content;
  }
  try {
    await pipeline(Readable.from(all(), { objectMode: false }), response); // ahead of the client by bytes, not by pieces
  } catch (error) {
    if (!isPrematureClose(error)) throw error;
  } finally {
    await content.return(); // where the client was gone before it began
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
