import type { NestExpressApplication } from '@nestjs/platform-express';
import { isLoopback, type ServiceConfig } from '#config';
import { refuseCrossSite, refuseForeignNames } from './foreign';
import { Gate } from './gate';
import { securityHeaders } from './headers';

type AccessConfig = Pick<
  ServiceConfig,
  'HOST' | 'API_KEYS' | 'SERVICE_TOKEN' | 'METRICS_TOKEN' | 'TRUST_PROXY' | 'LOGINS_PER_MINUTE'
>;

/**
 * @param loginPage route of the login page, if the service has pages
 * @param basePath prefix of every path, see BASE_PATH
 */
export function createGate(config: AccessConfig, loginPage?: string, basePath?: string): Gate {
  return new Gate({
    keys: config.API_KEYS,
    serviceToken: config.SERVICE_TOKEN,
    metricsToken: config.METRICS_TOKEN,
    wrongKeysPerMinute: config.LOGINS_PER_MINUTE,
    loginPage,
    basePath,
  });
}

/** Protects everything that a service serves: routes, documentation, files and unknown paths. */
export function protect(app: NestExpressApplication, config: AccessConfig, gate = createGate(config)): void {
  const { HOST, API_KEYS, TRUST_PROXY } = config;
  if (TRUST_PROXY !== undefined) app.set('trust proxy', TRUST_PROXY);
  app.use(securityHeaders);
  if (isLoopback(HOST) && API_KEYS.length === 0 && TRUST_PROXY === undefined) app.use(refuseForeignNames);
  app.use(refuseCrossSite);
  app.use(gate.handle);
}
