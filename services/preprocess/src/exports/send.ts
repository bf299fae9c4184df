import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/**
 * Sends what is made on the way, as fast as the client takes it; only its headers, or 304, where no more is asked for.
 * The headers are set. An error in the middle breaks the connection: what came so far must not look complete.
 * @throws the error of the content; a client that goes away is none
 */
export async function send(
  request: Request,
  response: Response,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  if (request.fresh) response.status(304).end();
  else if (request.method === 'HEAD') response.end();
  else {
    const body = Readable.from(content, { objectMode: false }); // ahead of the client by bytes, not by pieces
    await pipeline(body, response).catch((error: unknown) => {
      if (!isPrematureClose(error)) throw error;
    });
  }
}

function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
