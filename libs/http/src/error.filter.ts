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
    if (answer.status >= 500 && !answer.expected) this.logger.error(error);
    if (response.headersSent) {
      response.destroy(); // an answer that breaks in the middle must not look complete
      return;
    }
    if (answer.retryAfter !== undefined) response.setHeader('Retry-After', String(answer.retryAfter));
    response.status(answer.status);
    if (answer.details !== undefined) response.json(answer.details);
    else if (page !== undefined && wantsPage(request)) response.render(page, { title: 'Sorry', ...answer });
    else response.json({ error: { code: answer.code, message: answer.message } });
  }
}

function wantsPage(request: Request): boolean {
  return !/^\/(api|requestid)(\/|$)/.test(request.path) && request.accepts(['html', 'json']) === 'html';
}
