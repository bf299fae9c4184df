/** `node scripts/key.mjs NAME` generates an entry of API_KEYS: the key for its holder, the hash for the server. */
import { createHash, randomBytes } from 'node:crypto';

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || rest.length > 0 || !/^[\w-]{1,64}$/.test(name)) {
  console.error('Usage: node scripts/key.mjs NAME    (letters, digits, _ and -)');
  process.exit(1);
}
const key = randomBytes(32).toString('base64url');
console.log(`Key for ${name} (not shown again):\n  ${key}`);
console.log(`Entry for API_KEYS:\n  ${name}:${createHash('sha256').update(key).digest('hex')}`);
