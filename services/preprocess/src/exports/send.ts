import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PreconditionFailedException } from '@nestjs/common';
import type { Request, Response } from 'express';

/** Response headers of the content, which an error response must not have. */
const CONTENT_HEADERS = ['Content-Type', 'Content-Disposition', 'ETag'];

/**
 * Streams generated content at the pace of the client; sends only headers for HEAD, and 304 if it is unchanged.
 * Set the response headers first. An error before the first chunk can still get an error response; a later one closes
 * the connection, so that the client does not mistake a partial file for a complete one.
 * @throws PreconditionFailedException; the error of the content; a disconnected client is not an error
 */
export async function send(
  request: Request,
  response: Response,
  content: AsyncGenerator<Buffer, void, undefined>,
): Promise<void> {
  if (!matches(request, response)) {
    for (const name of CONTENT_HEADERS) response.removeHeader(name);
    throw new PreconditionFailedException(
      'These detections are not the version that If-Match asks for. Request them without it.',
    );
  }
  if (request.fresh) response.status(304).end();
  else if (request.method === 'HEAD') response.end();
  else await sendBody(response, content);
}

/** Whether the content is what If-Match asks for. Compares weakly, like the media files: the ETag is weak. */
function matches(request: Request, response: Response): boolean {
  const wanted = request.get('If-Match');
  if (wanted === undefined || wanted.trim() === '*') return true;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  const etag = opaque(String(response.getHeader('ETag')));
  return wanted.split(',').some((tag) => opaque(tag) === etag);
}

async function sendBody(response: Response, content: AsyncGenerator<Buffer, void, undefined>): Promise<void> {
  const first = await content.next().catch((error: unknown) => {
    for (const name of CONTENT_HEADERS) response.removeHeader(name);
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
