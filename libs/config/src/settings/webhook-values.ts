import { isIP } from 'node:net';
import { z } from 'zod';

const NOT_SECRETS =
  'expected `whsec_` and 24 to 64 bytes in base64, such as the output of `echo whsec_$(openssl rand -base64 32)`, or several separated by commas';

const parts = (text: string) => text.split(',').map((part) => part.trim());

/** Secrets that sign callbacks, in the format of Standard Webhooks; several while one is being replaced. */
export const webhookSecrets = z
  .string(NOT_SECRETS)
  .transform(parts)
  .refine((secrets) => secrets.every(isSecret), NOT_SECRETS)
  .default([]);

function isSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  return (
    key.length >= 24 &&
    key.length <= 64 &&
    key.toString('base64').replace(/=+$/, '') === base64?.replace(/=+$/, '')
  );
}

const NOT_NETWORKS = 'expected networks separated by commas, such as 10.1.0.0/16 or fd00::/8, or all';

/** CIDR networks or single addresses, or `all`. */
export const networks = z
  .string()
  .transform((text) => (text.trim() === 'all' ? ('all' as const) : parts(text)))
  .refine((list) => list === 'all' || list.every(isNetwork), NOT_NETWORKS)
  .default([]);

/** Whether a text is an IP address with an optional prefix length, such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  return version !== 0 && !address.includes('%') && fits && rest.length === 0;
}
