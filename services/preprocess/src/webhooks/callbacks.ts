import { AddressGuard, problemOfUrl, type AllowedNetworks } from '#webhooks';

/** Which callbacks can be asked for. */
export class Callbacks {
  readonly guard: AddressGuard;

  /** @param on false where there is nothing to sign them with */
  constructor(
    readonly on: boolean,
    allowed: AllowedNetworks,
  ) {
    this.guard = new AddressGuard(allowed);
  }

  /** Why this URL cannot be called, as part of a sentence; undefined: it may be tried. */
  problemOf(url: string): string | undefined {
    if (this.on) return problemOfUrl(url, this.guard);
    return 'callbacks are off on this server: it needs WEBHOOK_SECRET, such as what `echo whsec_$(openssl rand -base64 32)` prints';
  }
}
