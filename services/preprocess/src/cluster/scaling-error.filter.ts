import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { factsOf } from '#errors';
import { OutsideClusterError, ScalingError } from '#scaling';

const logger = new Logger('cluster');

/** @returns the HTTP status for an error; logs what operators have to fix */
export function statusOf(error: ScalingError): number {
  const { status = 500 } = factsOf(error.code);
  if (status >= 500 && !(error instanceof OutsideClusterError)) logger.warn(error.message);
  return status;
}

/** Sends scaling errors in the format of all API errors. */
@Catch(ScalingError)
export class ScalingErrorFilter implements ExceptionFilter<ScalingError> {
  catch(error: ScalingError, host: ArgumentsHost): void {
    const { code, message } = error;
    host.switchToHttp().getResponse<Response>().status(statusOf(error)).json({ error: { code, message } });
  }
}
