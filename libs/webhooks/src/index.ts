export { AddressGuard, AddressNotPublicError, type AllowedNetworks } from './address-guard';
export { TIME_LIMIT_MS, post, type Lookup, type PostOptions } from './post';
export { problemOfUrl } from './url';
