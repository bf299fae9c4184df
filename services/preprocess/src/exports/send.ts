import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/**
 * Streams generated content at the pace of the client; sends only headers for HEAD, and 304 if it is unchanged.
 * Set the response headers first. An error before the first chunk can still get an error response; a later one closes
 * the connection, so that the client does not mistake a partial file for a complete one.
 * @throws the error of the content; a disconnected client is not an error
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
    await pipeline(Readable.from(all(), { objectMode: false }), response); // buffers by bytes, not by chunks
  } catch (error) {
    if (!isPrematureClose(error)) throw error;
  } finally {
    await content.return(); // in case the client disconnected before the first chunk
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
