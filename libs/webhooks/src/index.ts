export { AddressGuard, AddressNotPublicError, type AllowedNetworks } from './address-guard';
export { UrlDownloadError, DownloadTooLargeError, download } from './download';
export type { Lookup } from './lookup';
export { TIME_LIMIT_MS, post, type PostOptions } from './post';
export { problemOfUrl } from './url';
