import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InvalidCursor, InvalidJobId, JobError, JobNotFound, LeaseLost } from '#jobs';
import { MediaError } from '#media';

/** What a client gets to see of an error. */
interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Details of a health check. */
  readonly details?: unknown;
}

/** Turns every error into a clear answer: JSON for programs, a page for people, never a stack trace. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const answer = toAnswer(error);
    if (answer.status >= 500 && answer.details === undefined) this.logger.error(error);
    if (response.headersSent) {
      response.destroy(); // an answer that breaks in the middle must not look complete
      return;
    }
    if (answer.status === 503) response.setHeader('Retry-After', '5');
    response.status(answer.status);
    if (answer.details !== undefined) response.json(answer.details);
    else if (wantsPage(request)) response.render('error', { title: 'Sorry', ...answer });
    else response.json({ error: { code: answer.code, message: answer.message } });
  }
}

function wantsPage(request: Request): boolean {
  return !/^\/(api|requestid)(\/|$)/.test(request.path) && request.accepts(['html', 'json']) === 'html';
}

function toAnswer(error: unknown): Answer {
  if (error instanceof MediaError) return { ...known(error), status: mediaStatus(error) };
  if (error instanceof JobNotFound) return { ...known(error), status: 404 };
  if (error instanceof LeaseLost) return { ...known(error), status: 409 };
  if (error instanceof InvalidJobId || error instanceof InvalidCursor)
    return { ...known(error), status: 400 };
  if (error instanceof HttpException) return fromHttp(error);
  if (isDatabaseAway(error)) {
    return {
      status: 503,
      code: 'DATABASE_UNAVAILABLE',
      message: 'The database does not answer at the moment. Nothing was changed; please try again soon.',
    };
  }
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EROFS')) {
    return {
      status: 507,
      code: 'VOLUME_FULL',
      message: 'The volume is full or cannot be written. The upload was not kept.',
    };
  }
  return {
    status: 500,
    code: 'INTERNAL',
    message: 'Something went wrong on our side; the log has the details.',
  };
}

function mediaStatus(error: MediaError): number {
  if (!error.inputFault) return 503;
  return error.code === 'NOT_A_VIDEO' ? 415 : 422;
}

function known(error: JobError | MediaError): { code: string; message: string } {
  return { code: error.code, message: error.message };
}

function fromHttp(error: HttpException): Answer {
  const status = error.getStatus();
  const body = error.getResponse();
  if (typeof body === 'object' && 'status' in body && 'details' in body) {
    return { status, code: 'NOT_READY', message: 'Not ready.', details: body };
  }
  if (status === 413) {
    return {
      status,
      code: 'TOO_LARGE',
      message: 'The file is larger than this server takes (UPLOAD_MAX_BYTES).',
    };
  }
  const code = error.name
    .replace(/Exception$/, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();
  return { status, code, message: error.message };
}

function isDatabaseAway(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoPoolCleared)|ConnectedError$/.test(
      error.name,
    )
  );
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
