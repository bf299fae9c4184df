import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { errorSchema, refTo } from '#contract';

/** Documents the error responses of a route in OpenAPI, by status. */
export function ApiErrors(descriptions: Readonly<Record<number, string>>): MethodDecorator {
  const answers = Object.entries(descriptions).map(([status, description]) =>
    ApiResponse({ status: Number(status), schema: refTo(errorSchema), description }),
  );
  return applyDecorators(...answers);
}
