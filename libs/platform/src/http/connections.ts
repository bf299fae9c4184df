import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Pipelined requests that may wait on one connection. None of our clients pipelines. */
const MAX_WAITING = 32;

/** Descriptors for everything besides connections: the database's pool (100), ffmpeg's pipes, files of stages. */
const RESERVED_DESCRIPTORS = 128;

/** A connection and the file being sent through it. */
const DESCRIPTORS_PER_CONNECTION = 2;

/** Enough for pages and health checks, however low the limit. */
const MIN_CONNECTIONS = 16;

/** Minimum time between log lines about refused connections. */
const LOG_EVERY_MS = 60_000;

/** The last response of a connection, and the number of requests that wait. */
interface Pipeline {
  last: Response;
  waiting: number;
}

/**
 * Middleware that handles pipelined requests of a connection in sequence. Node dispatches them all at the same time, and a
 * response that has not started when the connection ends emits no `close`, which would leak a file opened for it. So
 * each request waits for the previous response and is dropped with the connection. Closes the connection if more than
 * `maxWaiting` requests wait.
 */
export function serializeRequests(maxWaiting = MAX_WAITING) {
  const pipelines = new WeakMap<Socket, Pipeline>();
  return ({ socket }: Request, response: Response, next: NextFunction): void => {
    const pipeline = pipelines.get(socket);
    if (!pipeline) {
      pipelines.set(socket, { last: response, waiting: 0 });
      next();
      return;
    }
    const previous = pipeline.last;
    pipeline.last = response;
    if (previous.closed) {
      next();
      return;
    }
    if (++pipeline.waiting > maxWaiting) socket.destroy();
    previous.once('close', () => {
      pipeline.waiting--;
      if (!socket.destroyed) next();
    });
  };
}

/**
 * Limits the connections of a server by the process's limit of file descriptors: idle connections must not use up those
 * that files, ffmpeg and the database need. Closes further connections immediately and logs that.
 */
export function limitConnections(server: Server, limit = descriptorLimit()): void {
  if (limit === undefined) return;
  const max = maxConnections(limit);
  const logger = new Logger('http');
  let loggedAt = -Infinity;
  server.maxConnections = max;
  server.on('drop', () => {
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    logger.warn(
      `Rejected a connection: ${max} are open, the maximum with ${limit} file descriptors. ` +
        'To allow more, raise that limit (ulimit -n) and restart.',
    );
  });
}

/** @param limit of file descriptors */
export function maxConnections(limit: number): number {
  const left = Math.floor((limit - RESERVED_DESCRIPTORS) / DESCRIPTORS_PER_CONNECTION);
  return Math.max(left, MIN_CONNECTIONS);
}

/** The process's limit of open files; undefined if unlimited or unreadable. */
function descriptorLimit(): number | undefined {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined; // not Linux
  }
}
