import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { errorSchema, refTo } from '#contract';

/** What OpenAPI says of the error answers of a route: what each status means. */
export function ApiErrors(meanings: Readonly<Record<number, string>>): MethodDecorator {
  const answers = Object.entries(meanings).map(([status, description]) =>
    ApiResponse({ status: Number(status), schema: refTo(errorSchema), description }),
  );
  return applyDecorators(...answers);
}
