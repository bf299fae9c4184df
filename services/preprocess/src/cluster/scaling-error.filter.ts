import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { ScalingError } from '#scaling';

/** What a ScalingError means to a client, by its code. */
const STATUS: Readonly<Record<string, number>> = {
  BAD_REPLICAS: 400,
  NOT_PERMITTED: 403,
  UNKNOWN_DEPLOYMENT: 404,
  DEPLOYMENT_NOT_FOUND: 404,
  DRIVEN_BY_KEDA: 409,
  SCALE_CONFLICT: 409,
  SCALE_INVALID: 422,
  CLUSTER_CREDENTIALS_REFUSED: 502,
  CLUSTER_UNEXPECTED_ANSWER: 502,
  CLUSTER_UNREACHABLE: 502,
  OUTSIDE_CLUSTER: 503,
  BAD_KUBECONFIG: 503,
  CLUSTER_TIMEOUT: 504,
};

const logger = new Logger('cluster');

/** @returns the HTTP status for an error; what operators have to see to goes to the log */
export function statusOf(error: ScalingError): number {
  const status = STATUS[error.code] ?? 500;
  if (status >= 500 && error.code !== 'OUTSIDE_CLUSTER') logger.warn(error.message);
  return status;
}

/** Answers programs as every other error is answered. */
@Catch(ScalingError)
export class ScalingErrorFilter implements ExceptionFilter<ScalingError> {
  catch(error: ScalingError, host: ArgumentsHost): void {
    const { code, message } = error;
    host.switchToHttp().getResponse<Response>().status(statusOf(error)).json({ error: { code, message } });
  }
}
