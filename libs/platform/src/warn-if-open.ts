import type { LoggerService } from '@nestjs/common';
import { isLoopback, type ServiceConfig } from '#config';

/** Warns if other machines can use the service without a key, and says what to do. */
export function warnIfOpen(
  logger: Pick<LoggerService, 'warn'>,
  { HOST, PORT, API_KEYS }: Pick<ServiceConfig, 'HOST' | 'PORT' | 'API_KEYS'>,
): void {
  if (isLoopback(HOST) || API_KEYS.length > 0) return;
  logger.warn(
    `Authentication is disabled: anyone who can reach ${HOST}:${PORT} has full access. ` +
      'Set API_KEYS and SERVICE_TOKEN (docs/security.md), set HOST=127.0.0.1, or block access to this port.',
  );
}
