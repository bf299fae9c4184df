import { AddressGuard, problemOfUrl, type AllowedNetworks } from '#webhooks';

/** Decides which callback URLs jobs may have. */
export class Callbacks {
  readonly guard: AddressGuard;

  /** @param on false without a secret to sign callbacks */
  constructor(
    readonly on: boolean,
    allowed: AllowedNetworks,
  ) {
    this.guard = new AddressGuard(allowed);
  }

  /** Why this URL is rejected, as part of a sentence; undefined if it is allowed. */
  problemOf(url: string): string | undefined {
    if (this.on) return problemOfUrl(url, this.guard);
    return 'callbacks are disabled on this server: set WEBHOOK_SECRET, for example to the output of `echo whsec_$(openssl rand -base64 32)`';
  }
}
