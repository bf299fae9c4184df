import { BadRequestException } from '@nestjs/common';
import type { Request } from 'express';
import { IMAGE_FIELD } from './detect.resource';

/** @throws BadRequestException unless the request has a multipart form */
export function requireForm(request: Request): void {
  if (request.is('multipart/form-data') === 'multipart/form-data') return;
  throw new BadRequestException(noImage());
}

/** The message for a request without an image. */
export function noImage(): string {
  return `No image received: send it as multipart form field "${IMAGE_FIELD}".`;
}
