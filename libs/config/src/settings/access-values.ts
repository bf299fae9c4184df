import { z } from 'zod';
import { isNetwork } from './webhook-values';

/** A key for the pages and the API. The server knows only its hash. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256 of the key in hex, lower case. */
  readonly sha256: string;
}

const NOT_KEYS =
  'expected name:hash pairs separated by commas, with the SHA-256 of each key in hex, such as the output of `node scripts/key.mjs NAME`';

/** `name:hash,name:hash` with distinct names. */
export const apiKeys = z
  .string()
  .regex(/^\s*[\w-]{1,64}:[0-9a-f]{64}\s*(,\s*[\w-]{1,64}:[0-9a-f]{64}\s*)*$/i, NOT_KEYS)
  .transform((list) => list.split(',').map(parseKey))
  .refine(
    (keys) => new Set(keys.map(({ name }) => name)).size === keys.length,
    'expected a different name for every key',
  )
  .default([]);

function parseKey(entry: string): ApiKey {
  const [name = '', sha256 = ''] = entry.trim().split(':');
  return { name, sha256: sha256.toLowerCase() };
}

const NOT_A_SECRET =
  'expected 16 to 256 visible ASCII characters, such as the output of `openssl rand -hex 32`';

/** A secret that a program sends in a header. */
export const secret = z.string(NOT_A_SECRET).regex(/^[\x21-\x7e]{16,256}$/, NOT_A_SECRET);

/** Names of address ranges in Express. */
const RANGES = ['loopback', 'linklocal', 'uniquelocal'];
const NOT_PROXIES =
  'expected a number of proxies, or addresses separated by commas, such as 10.0.0.0/8, loopback or uniquelocal';

/** The `trust proxy` setting of Express: the number of proxies in front of the service, or their addresses. */
export const trustedProxies = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine(
    (parts) => parts.every(isAddresses) || (parts.length === 1 && /^[1-9]$/.test(parts[0] ?? '')),
    NOT_PROXIES,
  )
  .transform((parts): number | string[] => (isAddresses(parts[0] ?? '') ? parts : Number(parts[0])));

function isAddresses(part: string): boolean {
  return RANGES.includes(part) || isNetwork(part);
}

/** Whether only this machine can reach a listening address or name. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(host);
}
