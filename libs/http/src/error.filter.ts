import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { toAnswer } from './answer';

export interface ErrorFilterOptions {
  /** The sentence for an upload that is refused for its size. */
  readonly tooLarge: string;
  /** Template for people who open an address in a browser; without it the answer is always JSON. */
  readonly page?: string;
}

/** Turns every error into a clear answer: JSON for programs, a page for people, never a stack trace. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly options: ErrorFilterOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { page, tooLarge } = this.options;
    const answer = toAnswer(error, tooLarge);
    // What we did not expect has a number, by which its answer is found in the log.
    const requestId = answer.status >= 500 && !answer.expected ? randomUUID() : undefined;
    if (requestId !== undefined) {
      this.logger.error(`Request ${requestId}, ${request.method} ${request.path}: ${inspect(error)}`);
    }
    if (response.headersSent) {
      response.destroy(); // an answer that breaks in the middle must not look complete
      return;
    }
    if (answer.retryAfter !== undefined) response.setHeader('Retry-After', String(answer.retryAfter));
    if (requestId !== undefined) response.setHeader('X-Request-Id', requestId);
    response.status(answer.status);
    if (answer.details !== undefined) response.json(answer.details);
    else if (page !== undefined && wantsPage(request))
      response.render(page, { title: 'Sorry', requestId, ...answer });
    else response.json({ error: { code: answer.code, message: answer.message, requestId } });
  }
}

function wantsPage(request: Request): boolean {
  return !/^\/(api|requestid)(\/|$)/.test(request.path) && request.accepts(['html', 'json']) === 'html';
}
