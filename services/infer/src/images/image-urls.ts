import { basename } from 'node:path';
import {
  BadRequestException,
  ForbiddenException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnprocessableEntityException,
} from '@nestjs/common';
import type { InferConfig } from '#config';
import { MAX_IMAGE_BYTES } from '#platform';
import {
  AddressGuard,
  AddressNotPublicError,
  UrlDownloadError,
  DownloadTooLargeError,
  download,
  problemOfUrl,
} from '#webhooks';
import type { SentImage } from './images.service';

/** Limits the memory of downloads. */
const MAX_AT_ONCE = 8;

/** Downloads images from addresses that clients choose, if DETECT_URLS allows it. */
export class ImageUrls {
  private readonly guard: AddressGuard;
  private running = 0;

  constructor(private readonly config: Pick<InferConfig, 'DETECT_URLS' | 'DETECT_URLS_ALLOW_PRIVATE'>) {
    this.guard = new AddressGuard(config.DETECT_URLS_ALLOW_PRIVATE, 'DETECT_URLS_ALLOW_PRIVATE');
  }

  /**
   * Checks an address without a request to it.
   * @throws ForbiddenException if downloads are disabled, BadRequestException for an invalid or private address
   */
  check(url: unknown): string {
    if (!this.config.DETECT_URLS) {
      throw new ForbiddenException(
        'url: this server downloads no images (DETECT_URLS=1 allows it). Send the image itself.',
      );
    }
    const problem = typeof url === 'string' ? problemOfUrl(url, this.guard) : 'expected an http or https URL';
    if (typeof url !== 'string' || problem !== undefined) throw new BadRequestException(`url: ${problem}.`);
    return url;
  }

  /** @throws like `check`; HttpException naming the reason if the image cannot be downloaded */
  async fetch(given: unknown, signal: AbortSignal): Promise<SentImage> {
    const url = this.check(given);
    if (this.running >= MAX_AT_ONCE) {
      throw new ServiceUnavailableException('Too many images are being downloaded. Try again soon.');
    }
    this.running += 1;
    try {
      const bytes = await download(url, { guard: this.guard, signal, maxBytes: MAX_IMAGE_BYTES });
      return { name: basename(new URL(url).pathname) || 'image', bytes };
    } catch (error) {
      throw signal.aborted ? error : explain(error);
    } finally {
      this.running -= 1;
    }
  }
}

function explain(error: unknown): Error {
  if (error instanceof DownloadTooLargeError) return new PayloadTooLargeException();
  if (error instanceof AddressNotPublicError) return new BadRequestException(`url: ${error.message}.`);
  const { code } = error as NodeJS.ErrnoException;
  const reason = error instanceof UrlDownloadError ? error.message : (code ?? 'no connection');
  return new UnprocessableEntityException(`url: the image cannot be downloaded: ${reason}.`, {
    cause: error,
  });
}
