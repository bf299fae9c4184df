import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Idle time after which a connection is closed. */
export const IDLE_TIMEOUT_MS = 120_000;

/**
 * Limits the idle time of connections instead of the duration of requests: Node ends requests after five minutes by
 * default, but large files over slow connections take longer.
 */
export function limitIdleTime(app: NestExpressApplication): void {
  const server = app.getHttpServer();
  server.requestTimeout = 0;
  server.setTimeout(IDLE_TIMEOUT_MS);
}

/** How long a client may keep sending its body after the response. */
const LINGER_MS = 10_000;

/**
 * Closes the connection of a client that keeps sending its body after the response. Closing it with the response could
 * make the client see a connection error instead of the response.
 */
export function closeAfterResponse(app: NestExpressApplication): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.once('finish', () => {
      if (request.complete) return;
      const timer = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
      request.once('close', () => {
        clearTimeout(timer);
      });
    });
    next();
  });
}
