import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The value of `webhook-signature` as specified by Standard Webhooks: one signature per secret, so that a secret can be
 * replaced while receivers still use the old one.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param secrets each `whsec_` and base64
 * @param timestamp seconds since 1970
 */
export function sign(secrets: readonly string[], id: string, timestamp: number, body: string): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}
