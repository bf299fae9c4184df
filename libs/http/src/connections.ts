import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** Requests of one connection that may wait for the answers before theirs. No client of ours sends any ahead. */
const MAX_WAITING = 32;

/** Descriptors for everything besides connections: the database's pool (100), ffmpeg's pipes, files of stages. */
const RESERVED_DESCRIPTORS = 128;

/** A connection and the file that is sent through it. */
const DESCRIPTORS_PER_CONNECTION = 2;

/** However low the limit is, pages and health checks can be asked for. */
const FEWEST_CONNECTIONS = 16;

/** Refused connections are logged at most this often. */
const SAY_EVERY_MS = 60_000;

/** The last answer of a connection, and how many requests wait for theirs. */
interface Line {
  last: Response;
  waiting: number;
}

/**
 * Handles the requests that a client sends ahead on one connection (HTTP pipelining) one after the other. Node hands
 * them over all at once, and the answer of one that has not had its turn when the connection ends emits no `close`: a
 * file opened for it would stay open. So a request waits until the answer before it has ended and is dropped with the
 * connection, which is closed when more than `maxWaiting` wait.
 */
export function oneAtATime(maxWaiting = MAX_WAITING) {
  const lines = new WeakMap<Socket, Line>();
  return ({ socket }: Request, response: Response, next: NextFunction): void => {
    const line = lines.get(socket);
    if (!line) {
      lines.set(socket, { last: response, waiting: 0 });
      next();
      return;
    }
    const before = line.last;
    line.last = response;
    if (before.closed) {
      next();
      return;
    }
    if (++line.waiting > maxWaiting) socket.destroy();
    before.once('close', () => {
      line.waiting--;
      if (!socket.destroyed) next();
    });
  };
}

/**
 * Bounds the connections of a server by the process's limit of file descriptors: idle ones must not use up those that
 * files, ffmpeg and the database need. Further connections are closed at once, and the log says so.
 */
export function boundConnections(server: Server, limit = descriptorLimit()): void {
  if (limit === undefined) return;
  const most = maxConnections(limit);
  const logger = new Logger('http');
  let saidAt = -Infinity;
  server.maxConnections = most;
  server.on('drop', () => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    logger.warn(
      `Refused a connection: ${most} are open, the most that the limit of ${limit} file descriptors allows. ` +
        'To allow more, raise the limit (ulimit -n) and restart.',
    );
  });
}

/** @param limit of file descriptors */
export function maxConnections(limit: number): number {
  const left = Math.floor((limit - RESERVED_DESCRIPTORS) / DESCRIPTORS_PER_CONNECTION);
  return Math.max(left, FEWEST_CONNECTIONS);
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
