import { apiKeys, secret, trustedProxies } from './access-values';
import { integer } from './values';

/** Who may use the pages and the API, and how often. */
export const access = {
  API_KEYS: apiKeys.describe(
    'keys that may use the pages and the API, as `name:sha256`, comma-separated; empty: no authentication. See [security.md](security.md)',
  ),
  SERVICE_TOKEN: secret
    .optional()
    .describe('secret shared by the services, the same for all; required with `API_KEYS`'),
  METRICS_TOKEN: secret
    .optional()
    .describe('with `API_KEYS`: token for Prometheus that grants access to `/metrics` only'),
  TRUST_PROXY: trustedProxies
    .optional()
    .describe(
      'proxies whose `X-Forwarded-*` headers are trusted: their number, or addresses such as `10.0.0.0/8`',
    ),
  LOGINS_PER_MINUTE: integer(1, 1_000_000)
    .default(10)
    .describe('invalid keys per address and minute; further logins from it are refused for a minute'),
  UPLOADS_PER_MINUTE: integer(1, 1_000_000)
    .default(600)
    .describe('uploads per minute and key, or per address without `API_KEYS`'),
  SESSION_HOURS: integer(1, 8_760).default(12).describe('how long a session in the pages lasts'),
};
