import type { LoggerService } from '@nestjs/common';
import { isLoopback, type ServiceConfig } from '#config';

/** Says loudly that others than this machine are let in without a key, if so, and what to do about it. */
export function warnIfOpen(
  logger: Pick<LoggerService, 'warn'>,
  { HOST, PORT, API_KEYS }: Pick<ServiceConfig, 'HOST' | 'PORT' | 'API_KEYS'>,
): void {
  if (isLoopback(HOST) || API_KEYS.length > 0) return;
  logger.warn(
    `ANYBODY WHO REACHES ${HOST}:${PORT} MAY DO EVERYTHING HERE: no key is asked for. ` +
      'Set API_KEYS and SERVICE_TOKEN (docs/security.md), or HOST=127.0.0.1, or let nobody reach this port.',
  );
}
