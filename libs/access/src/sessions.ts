import { createHmac } from 'node:crypto';
import type { ApiKey } from '#config';
import { sameSecret } from './secrets';

/**
 * Sessions as signed cookies, not stored on the server: `name.expiry.signature`. The signature covers the hash of the
 * key, so removing or replacing a key ends its sessions. All replicas derive the signing key from the shared service
 * token.
 */
export class Sessions {
  private readonly signingKey: Buffer;

  constructor(
    private readonly keys: readonly ApiKey[],
    serviceToken: string,
  ) {
    this.signingKey = createHmac('sha256', serviceToken).update('boxreel session').digest();
  }

  /** @param name of an existing key @param expires in milliseconds since 1970 @returns the cookie value */
  issue(name: string, expires: number): string {
    return `${name}.${expires}.${this.sign(name, expires)}`;
  }

  /** @returns the name of the key; undefined for an invalid or expired session */
  nameOf(cookie: string, now = Date.now()): string | undefined {
    const [name = '', expiry = '', signature = '', ...rest] = cookie.split('.');
    if (rest.length > 0 || !/^\d{1,16}$/.test(expiry)) return undefined;
    const expires = Number(expiry);
    if (!sameSecret(signature, this.sign(name, expires))) return undefined;
    return expires > now && this.keys.some((key) => key.name === name) ? name : undefined;
  }

  private sign(name: string, expires: number): string {
    const hash = this.keys.find((key) => key.name === name)?.sha256 ?? '';
    return createHmac('sha256', this.signingKey).update(`${name}.${expires}.${hash}`).digest('base64url');
  }
}
