import { BadRequestException } from '@nestjs/common';
import type { Request } from 'express';
import { IMAGE_FIELD } from './detect.resource';

/** @throws BadRequestException unless the request brings a multipart form */
export function requireForm(request: Request): void {
  if (request.is('multipart/form-data') === 'multipart/form-data') return;
  throw new BadRequestException(noImage());
}

/** What to tell somebody who sent no image. */
export function noImage(): string {
  return `No image came: send it as multipart form field "${IMAGE_FIELD}".`;
}
