import { BadRequestException } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import { DETECT_PATH, IMAGE_FIELD } from './detect.resource';

const ROUTE = new RegExp(`^/${DETECT_PATH}/?$`, 'i');

/**
 * The type of the body of a detection request.
 * @throws BadRequestException unless it is a multipart form or JSON
 */
export function detectBodyType(request: Request): 'form' | 'json' {
  if (request.is('multipart/form-data') === 'multipart/form-data') return 'form';
  if (isJson(request)) return 'json';
  throw new BadRequestException(noImage());
}

/** The message for a request without an image. */
export function noImage(): string {
  return `No image received: send it as multipart form field "${IMAGE_FIELD}", or in base64 as "${IMAGE_FIELD}" of a JSON body.`;
}

/**
 * Leaves JSON bodies with images unparsed: they are larger than other bodies, and a service that forwards them must not
 * read them first. Call this before the application listens.
 */
export function leaveImageBodies(app: NestExpressApplication): void {
  app.useBodyParser('json', {
    type: (message) => {
      const request = message as Request;
      return isJson(request) && !ROUTE.test(request.path);
    },
  });
}

function isJson(request: Request): boolean {
  return request.is('application/json') === 'application/json';
}
