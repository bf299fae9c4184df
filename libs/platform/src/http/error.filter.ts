import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import {
  Catch,
  Logger,
  MethodNotAllowedException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { allowedMethods } from './allowed-methods';
import { toAnswer } from './answer';

export interface ErrorFilterOptions {
  /** The message for a request that is too large. */
  readonly tooLarge: string;
  /** Template for browsers; without it every response is JSON. */
  readonly page?: string;
}

/** Sends every error as JSON for programs or a page for people, never with a stack trace. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly options: ErrorFilterOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { page, tooLarge } = this.options;
    const answer = toAnswer(wrongMethod(error, request, response) ?? error, tooLarge);
    // The id links the response of an unexpected error to its log line.
    const requestId = answer.status >= 500 && !answer.expected ? randomUUID() : undefined;
    if (requestId !== undefined) {
      this.logger.error(`Request ${requestId}, ${request.method} ${request.path}: ${inspect(error)}`);
    }
    if (response.headersSent) {
      response.destroy(); // a partial response must not look complete
      return;
    }
    if (answer.retryAfter !== undefined) response.setHeader('Retry-After', String(answer.retryAfter));
    if (requestId !== undefined) response.setHeader('X-Request-Id', requestId);
    response.status(answer.status);
    if (answer.details !== undefined) response.json(answer.details);
    else if (page !== undefined && wantsPage(request))
      response.render(page, { title: 'Error', requestId, ...answer });
    else response.json({ error: { code: answer.code, message: answer.message, requestId } });
  }
}

function wantsPage(request: Request): boolean {
  const isForPrograms = /^\/(api|api-json|api-yaml|requestid)(\/|$)/.test(request.path);
  return !isForPrograms && request.accepts(['html', 'json']) === 'html';
}

/** Nest reports a known path with another method as not found. */
function wrongMethod(error: unknown, request: Request, response: Response): Error | undefined {
  if (!(error instanceof NotFoundException)) return undefined;
  const { method, path } = request;
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(method)) return undefined;
  response.setHeader('Allow', allowed.join(', '));
  return new MethodNotAllowedException(`Cannot ${method} ${path}: use ${allowed.join(', ')}.`);
}
