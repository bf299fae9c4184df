import { AddressNotPublicError, type AddressGuard } from './address-guard';

/** Maximum length of a callback URL in bytes. */
const MAX_URL_BYTES = 2048;

/** Why a callback URL is invalid, as part of a sentence; undefined if it looks valid. */
export function problemOfUrl(text: string, guard: AddressGuard): string | undefined {
  if (Buffer.byteLength(text) > MAX_URL_BYTES) return `expected at most ${MAX_URL_BYTES} bytes`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'expected an http or https URL';
  if (url.username !== '' || url.password !== '') return 'expected a URL without user name and password';
  try {
    guard.checkHost(url.hostname);
  } catch (error) {
    if (error instanceof AddressNotPublicError) return error.message;
    throw error;
  }
  return undefined;
}
