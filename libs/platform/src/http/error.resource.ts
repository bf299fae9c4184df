import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { errorSchema, refTo } from '#contract';

/** Statuses that come with Retry-After. */
const TEMPORARY = [429, 503];

const RETRY_AFTER = {
  'Retry-After': { description: 'seconds', schema: { type: 'integer', minimum: 0 } },
} as const;

/** An error response in OpenAPI: always JSON, whatever the route sends on success. */
export function errorResponse(status: number, description: string) {
  return {
    description,
    content: { 'application/json': { schema: refTo(errorSchema) } },
    ...(TEMPORARY.includes(status) && { headers: { ...RETRY_AFTER } }),
  };
}

/** Documents the error responses of a route, or of all routes of a controller, in OpenAPI, by status. */
export function ApiErrors(descriptions: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  const answers = Object.entries(descriptions).map(([status, description]) =>
    ApiResponse({ status: Number(status), ...errorResponse(Number(status), description) }),
  );
  return applyDecorators(...answers);
}
