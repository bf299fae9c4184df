import { createHmac } from 'node:crypto';
import type { ApiKey } from '#config';
import { sameSecret } from './secrets';

/**
 * Log-ins of people, kept in their browsers and nowhere else: `name.expiry.signature`. What is signed has the hash of
 * the key in it, so a key that is taken away or replaced takes its log-ins with it. All replicas sign alike, because
 * the signing key is derived from the token that they share.
 */
export class Sessions {
  private readonly signingKey: Buffer;

  constructor(
    private readonly keys: readonly ApiKey[],
    serviceToken: string,
  ) {
    this.signingKey = createHmac('sha256', serviceToken).update('boxreel session').digest();
  }

  /** @param name of a key that there is @param expires in milliseconds since 1970 @returns what the cookie holds */
  issue(name: string, expires: number): string {
    return `${name}.${expires}.${this.sign(name, expires)}`;
  }

  /** @returns the name of the key that was logged in with; undefined when it is no session, or no longer one */
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
