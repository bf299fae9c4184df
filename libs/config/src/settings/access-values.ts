import { z } from 'zod';
import { isNetwork } from './webhook-values';

/** Somebody who may use the pages and the API. Only the hash of the key is known here. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256 of the key in hex, lower case. */
  readonly sha256: string;
}

const NOT_KEYS =
  'expected name:hash with commas between them, the hash being the SHA-256 of a key in hex, as `node scripts/key.mjs NAME` prints it';

/** `name:hash,name:hash`; the names differ. */
export const apiKeys = z
  .string()
  .regex(/^\s*[\w-]{1,64}:[0-9a-f]{64}\s*(,\s*[\w-]{1,64}:[0-9a-f]{64}\s*)*$/i, NOT_KEYS)
  .transform((list) => list.split(',').map(parseKey))
  .refine(
    (keys) => new Set(keys.map(({ name }) => name)).size === keys.length,
    'expected another name for every key',
  )
  .default([]);

function parseKey(entry: string): ApiKey {
  const [name = '', sha256 = ''] = entry.trim().split(':');
  return { name, sha256: sha256.toLowerCase() };
}

const NOT_A_SECRET =
  'expected 16 to 256 characters that can stand in a header, such as what `openssl rand -hex 32` prints';

/** A secret that a program sends in a header. */
export const secret = z.string(NOT_A_SECRET).regex(/^[\x21-\x7e]{16,256}$/, NOT_A_SECRET);

/** Names that Express knows for ranges of addresses. */
const RANGES = ['loopback', 'linklocal', 'uniquelocal'];
const NOT_PROXIES =
  'expected a number of proxies, or addresses such as 10.0.0.0/8, loopback or uniquelocal with commas between them';

/** What Express takes as `trust proxy`: how many proxies stand in a row before us, or which addresses are theirs. */
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

/** Whether an address to listen on, or a name for one, is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(host);
}
